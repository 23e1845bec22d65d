import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ragportal.knowledge.parsing.building import TextBuilder
from ragportal.knowledge.parsing.document import Block, HeadingPath, Place, blocks_from_json, blocks_to_json, place_of

KINDS = ["heading", "paragraph", "list_item", "table_header", "table_row", "code", "quote"]


@given(
    st.lists(
        st.tuples(
            st.sampled_from(KINDS),
            st.text(min_size=1, max_size=8),
            st.integers(1, 6),
            st.sampled_from("- 3.".split()),
            st.sampled_from([None, Place("page", "3"), Place("symbol", "Ledger.close")]),
        )
    )
)
def test_blocks_survive_being_stored_as_json(parts):
    builder = TextBuilder()
    for kind, text, level, marker, builder.place in parts:
        leader = len(builder.blocks) - 1 if builder.blocks and kind == "table_row" else None
        builder.add(kind, text, level=level if kind == "heading" else 0, leader=leader, marker=marker)
    blocks = tuple(builder.blocks)
    assert blocks_from_json(json.loads(json.dumps(blocks_to_json(blocks))), builder.text) == blocks


def test_a_heading_closes_those_of_its_own_level_and_deeper():
    path = HeadingPath()
    assert path.enter("A", 1) == ()
    assert path.enter("B", 3) == ("A",)
    assert path.enter("C", 2) == ("A",)
    assert path.titles == ("A", "C")
    assert path.enter("D", 1) == ()
    assert path.titles == ("D",)


def test_a_place_reads_like_a_word_of_a_citation():
    assert [str(Place("page", "3")), str(Place("symbol", "Ledger.close"))] == ["page 3", "Ledger.close"]


SHEET = tuple(
    Block("table_row", number * 10, number * 10 + 9, headings=headings, place=Place("row", row))
    for number, (row, headings) in enumerate([("4", ("A",)), ("5", ("A",)), ("9", ("A",)), ("1", ("B",))])
)


@pytest.mark.parametrize(
    ("start", "end", "place"),
    [(0, 9, "row 4"), (12, 25, "rows 5-9"), (12, 39, "rows 5-9"), (30, 31, "row 1"), (40, 50, ""), (9, 10, "")],
)
def test_rows_are_told_for_one_sheet(start, end, place):
    assert place_of(SHEET, start, end) == place


@pytest.mark.parametrize(
    ("kind", "labels", "place"),
    [
        ("page", ("3", "3"), "page 3"),
        ("page", ("3", "5"), "pages 3-5"),
        ("section", ("4.2", "4.3"), "sections 4.2-4.3"),
        ("lines", ("1-12", "13-24"), "lines 1-24"),
        ("lines", ("7", "9"), "lines 7-9"),
        ("symbol", ("Ledger", "Ledger.close"), "Ledger"),
    ],
)
def test_a_quote_may_reach_over_several_places(kind, labels, place):
    blocks = [Block("code", n * 10, n * 10 + 9, place=Place(kind, label)) for n, label in enumerate(labels)]
    assert place_of([Block("heading", 0, 1), *blocks], 0, 20) == place


def test_a_quote_that_begins_in_code_of_no_function_is_told_by_its_lines():
    blocks = [Block("code", 0, 9, place=Place("lines", "1-4")), Block("code", 10, 19, place=Place("symbol", "close"))]
    assert place_of(blocks, 0, 19) == "lines 1-4"
