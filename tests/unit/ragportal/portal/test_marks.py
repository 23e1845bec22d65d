"""A document's text as parts, with the cited characters marked."""

from dataclasses import replace

import pytest

from ragportal.knowledge.parsing.document import Block, Place
from ragportal.knowledge.parsing.tables import CELL_SEPARATOR
from ragportal.portal.marks import MOST_MARKS, Mark, marked_parts, marks_of, without_repeated_title


def blocks_of(*kinds_and_texts):
    """The text of the blocks, one a line, and the blocks."""
    text, blocks = "", []
    for kind, words in kinds_and_texts:
        blocks.append(Block(kind, len(text), len(text) + len(words)))
        text += words + "\n"
    return text, blocks


def shown(part):
    """[(text, marked)] of each line's cells."""
    return [[(run.text, run.mark is not None) for run in cell] for line in part.lines for cell in line.cells]


@pytest.mark.parametrize(
    ("wanted", "marks"),
    [
        (["2-5"], [(2, 5, True)]),
        (["2-5", "7-9"], [(2, 5, True), (7, 9, False)]),
        (["nonsense", "7-9"], [(7, 9, True)]),
        (["5-2", "3-3", "-1-4", "1-", "１-２", "1-2;DROP", "99999999999-1"], []),
        (["8-400"], [(8, 20, True)]),
        (["20-30", "400-500"], []),
    ],
)
def test_marks_come_from_an_address_that_anybody_may_have_typed(wanted, marks):
    assert [(mark.start, mark.end, mark.first) for mark in marks_of(wanted, 20)] == marks


def test_so_many_marks_and_no_more():
    assert len(marks_of([f"{start}-{start + 1}" for start in range(100)], 1000)) == MOST_MARKS


def test_marks_cut_the_text_and_lose_none_of_it():
    text, blocks = blocks_of(("paragraph", "One two three."), ("paragraph", "Four five."))
    parts = marked_parts(text, blocks, (Mark(4, 20, first=True),))
    assert shown(parts[0]) == [[("One ", False), ("two three.", True)]]
    assert shown(parts[1]) == [[("Four ", True), ("five.", False)]]
    assert [line.has_mark for part in parts for line in part.lines] == [True, True]


def test_one_anchor_at_the_first_mark():
    text, blocks = blocks_of(("paragraph", "One two three."), ("paragraph", "Four five."))
    parts = marked_parts(text, blocks, (Mark(15, 19, first=True), Mark(0, 3, first=False)))
    anchors = [run.text for part in parts for line in part.lines for cell in line.cells for run in cell if run.anchor]
    assert anchors == ["Four"]


def test_list_items_and_table_rows_stand_together():
    row = CELL_SEPARATOR.join(["DN 25", "35"])
    text, blocks = blocks_of(
        ("paragraph", "Look:"), ("list_item", "a"), ("list_item", "b"), ("table_header", row), ("table_row", row)
    )
    parts = marked_parts(text, blocks, ())
    assert [(part.kind, len(part.lines)) for part in parts] == [("paragraph", 1), ("list", 2), ("table", 2)]
    assert shown(parts[2]) == [[("DN 25", False)], [("35", False)]] * 2


def test_of_overlapping_marks_the_first_counts():
    text, blocks = blocks_of(("paragraph", "abcdef"))
    [part] = marked_parts(text, blocks, (Mark(0, 4, first=True), Mark(2, 6, first=False)))
    assert [(run.text, run.mark.first) for run in part.lines[0].cells[0]] == [("ab", True), ("cd", True), ("ef", False)]


def test_a_first_heading_that_repeats_the_title_is_left_out_unless_it_is_cited():
    text, blocks = blocks_of(("heading", "Travel"), ("paragraph", "Hotels."))
    plain = marked_parts(text, blocks, ())
    assert [part.kind for part in without_repeated_title(plain, "Travel")] == ["paragraph"]
    assert len(without_repeated_title(plain, "Another title")) == 2
    cited = marked_parts(text, blocks, (Mark(0, 6, first=True),))
    assert len(without_repeated_title(cited, "Travel")) == 2
    assert list(without_repeated_title([], "Travel")) == []


class TestPlaces:
    def test_a_page_is_named_where_it_begins(self):
        pages = [Place("page", label) for label in ("1", "1", "2", "2")]
        text, blocks = blocks_of(("paragraph", "a"), ("paragraph", "b"), ("list_item", "c"), ("paragraph", "d"))
        placed = [replace(block, place=place) for block, place in zip(blocks, pages, strict=True)]
        assert [part.place for part in marked_parts(text, placed, ())] == ["page 1", "", "page 2", ""]

    def test_rows_and_sections_are_not(self):
        text, blocks = blocks_of(("table_row", "a"), ("paragraph", "b"))
        placed = [replace(blocks[0], place=Place("row", "1")), replace(blocks[1], place=Place("section", "1"))]
        assert [part.place for part in marked_parts(text, placed, ())] == ["", ""]


def test_a_file_of_code_is_shown_in_one_piece_with_its_own_lines():
    text = "import os\n\n\ndef close():\n    return 1\n"
    blocks = [
        Block("code", 0, 9, place=Place("lines", "1")),
        Block("code", 12, 24, place=Place("symbol", "close")),
        Block("code", 25, 37, place=Place("symbol", "close")),
    ]
    [part] = marked_parts(text, blocks, (Mark(12, 24, first=True),))
    assert part.kind == "code"
    assert shown(part) == [[("import os\n\n\n", False), ("def close():", True), ("\n    return 1", False)]]


def test_code_in_other_documents_stays_apart():
    text, blocks = blocks_of(("code", "a = 1"), ("code", "b = 2"), ("paragraph", "c"))
    assert [part.kind for part in marked_parts(text, blocks, ())] == ["code", "code", "paragraph"]
    paged = [replace(block, place=Place("page", "1")) for block in blocks]
    assert len(marked_parts(text, paged, ())) == 3
