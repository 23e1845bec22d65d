"""The names of reader sets, on which access in the database hangs."""

from connectors.base import ReaderSet, SourcePrincipal

ANNA = SourcePrincipal("user", "anna@demo.example", email="anna@demo.example")
BOARD = SourcePrincipal("group", "board")


def test_equal_principals_make_one_name_whatever_else_is_known_of_them():
    renamed = SourcePrincipal("user", "anna@demo.example", name="Anna Berg")
    assert ReaderSet(frozenset({ANNA, BOARD})).name(7) == ReaderSet(frozenset({BOARD, renamed})).name(7)


def test_other_principals_kinds_and_sources_make_other_names():
    names = {
        ReaderSet(frozenset({ANNA})).name(7),
        ReaderSet(frozenset({ANNA})).name(8),
        ReaderSet(frozenset({ANNA, BOARD})).name(7),
        ReaderSet(frozenset({SourcePrincipal("audience", "board")})).name(7),
        ReaderSet(frozenset({BOARD})).name(7),
        ReaderSet(frozenset()).name(7),
        ReaderSet(frozenset({SourcePrincipal("user", "a\nuser\0b")})).name(7),
        ReaderSet(frozenset({SourcePrincipal("user", "a"), SourcePrincipal("user", "b")})).name(7),
    }
    assert len(names) == 8


def test_a_container_keeps_its_name_when_its_readers_change():
    before = ReaderSet(frozenset({ANNA}), container=("space", "98304"))
    after = ReaderSet(frozenset({BOARD}), container=("space", "98304"))
    assert before.name(7) == after.name(7) == "7:space:98304"
