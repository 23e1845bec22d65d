"""Reading YAML with places: what is read, and how each kind of mistake is told."""

import time

import pytest

from connectors.located_yaml import Listing, Place, Table, Text, YamlMistake, parse


def test_every_value_knows_its_place():
    root = parse(b"name: Anna\nlist:\n  - one\n  - two\n")
    assert isinstance(root, Table)
    key, value = root.rows["name"]
    assert (key.place, value) == (Place(1, 1), Text(Place(1, 7), "Anna"))
    listing = root.rows["list"][1]
    assert isinstance(listing, Listing)
    assert listing.items == [Text(Place(3, 5), "one"), Text(Place(4, 5), "two")]


@pytest.mark.parametrize("written", ["no", "null", "2024", "0x10", "2024-01-01", "~", "1e3"])
def test_a_scalar_is_text_as_written(written):
    root = parse(f"value: {written}".encode())
    assert isinstance(root, Table)
    assert root.rows["value"][1] == Text(Place(1, 8), written)


def test_a_byte_order_mark_is_no_text():
    assert parse(b"\xef\xbb\xbfa") == Text(Place(1, 1), "a")


@pytest.mark.parametrize(
    ("content", "place", "reason"),
    [
        (b"", "line 1, column 1", "empty"),
        (b"# a comment only\n", "line 1, column 1", "empty"),
        (b"a: 1\nb: [1, 2\nc: 3\n", "line 3", "not valid YAML"),
        (b"a: 1\n\tb: 2\n", "line 2, column 1", "not valid YAML"),
        (b"a: b: c\n", "line 1", "not valid YAML"),
        (b"a: 'open\n", "line 2", "not valid YAML"),
        (b"a: 1\nb: 2\na: 3\n", "line 3, column 1", "`a` is there twice, first in line 1"),
        (b"a: &x 1\n", "line 1, column 4", "anchor"),
        (b"a: *x\n", "line 1, column 4", "alias"),
        (b"a: !!python/object/apply:os.system ['true']\n", "line 1, column 4", "tag"),
        (b"a: !!binary aGk=\n", "line 1, column 4", "tag"),
        (b"[a, b]: 1\n", "line 1, column 1", "a key must be plain text"),
        (b"a: 1\n--- \nb: 2\n", "line 3", "second YAML document"),
        (b"a: 1\nb: \xff\n", "line 2, column 4", "not UTF-8"),
        (b"a: 1\nb: \x00\n", "line 2, column 4", "control character"),
        (b"[" * 30, "line 1, column 21", "nested more than 20 levels"),
    ],
)
def test_a_mistake_is_told_with_its_place(content, place, reason):
    with pytest.raises(YamlMistake) as caught:
        parse(content)
    assert str(caught.value).startswith(place)
    assert reason in caught.value.reason


def test_neither_depth_nor_multiplication_costs_anything():
    started = time.process_time()
    for bomb in (b"[" * 1_000_000, b"{a: " * 300_000, b"a: &a [x,x]\nb: &b [*a,*a]\n" * 10_000):
        with pytest.raises(YamlMistake):
            parse(bomb)
    assert time.process_time() - started < 5
