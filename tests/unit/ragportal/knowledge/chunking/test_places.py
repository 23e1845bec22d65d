import pytest

from ragportal.knowledge.chunking.places import in_words, runs, symbols_in_words, trail_of
from ragportal.knowledge.parsing.document import Block, Place


def blocks(*symbols: str) -> list[Block]:
    return [Block("code", 0, 1, place=Place("symbol", symbol) if symbol else None) for symbol in symbols]


@pytest.mark.parametrize(
    ("kind", "label", "trail"),
    [
        ("symbol", "Ledger.close", ("Ledger", "close")),
        ("section", "4.2(a)(ii)", ("4", "2", "(a)", "(ii)")),
        ("section", "12", ("12",)),
        ("page", "3", ()),
        ("row", "3", ()),
        ("lines", "1-20", ()),
    ],
)
def test_functions_and_sections_part_a_text_and_pages_do_not(kind, label, trail):
    assert trail_of(Place(kind, label)) == trail
    assert trail_of(None) == ()


@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("closeBooks", "close books"),
        ("close_books", "close books"),
        ("HTTPServer", "HTTP server"),
        ("getURL2", "get URL 2"),
        ("__init__", "init"),
        ("VAT", "VAT"),
        ("x", "x"),
        ("ÄnderGröße", "änder größe"),
        ("_", ""),
    ],
)
def test_a_name_is_read_as_people_say_it(name, words):
    assert in_words(name) == words


def test_what_all_blocks_are_part_of_is_named():
    assert symbols_in_words(blocks("Ledger.close", "Ledger.close")) == ("ledger", "close")
    assert symbols_in_words(blocks("Ledger", "Ledger.close")) == ("ledger", "close")
    assert symbols_in_words(blocks("Ledger", "Ledger.close", "Ledger.open")) == ("ledger",)
    assert symbols_in_words(blocks("Ledger", "Ledger")) == ("ledger",)
    assert symbols_in_words(blocks("Ledger.__", "Ledger.__")) == ("ledger",)
    assert symbols_in_words(blocks("Ledger.close", "Basket.close")) == ()
    assert symbols_in_words(blocks("Ledger.close", "")) == ()
    assert symbols_in_words([Block("paragraph", 0, 1, place=Place("section", "4"))]) == ()
    assert symbols_in_words([]) == ()


def test_runs_look_as_deep_as_they_are_told():
    some = blocks("", "Ledger", "Ledger.close", "Ledger.open", "pay")
    assert runs(some, 0, 5, 1) == [(0, 1), (1, 4), (4, 5)]
    assert runs(some, 1, 4, 2) == [(1, 2), (2, 3), (3, 4)]
