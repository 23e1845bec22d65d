import pytest

from ragportal.knowledge.parsing.html import parse_markup
from ragportal.knowledge.parsing.tables import CELL_SEPARATOR


def rows_of(markup: str) -> list[tuple[str, str, int | None]]:
    parsed = parse_markup(markup)
    return [(block.kind, parsed.text[block.start : block.end], block.leader) for block in parsed.blocks]


@pytest.mark.parametrize(
    "head",
    ["<thead><tr><td>Grade<td>Limit</thead>", "<tr><th>Grade<th>Limit</tr>", "<tbody><tr><th>Grade<th>Limit</tr>"],
)
def test_each_row_knows_the_header_row(head):
    assert rows_of(f"<table>{head}<tr><td>4<td>180 EUR</tr><tr><td>5<td>200 EUR</tr></table>") == [
        ("table_header", "Grade | Limit", None),
        ("table_row", "4 | 180 EUR", 0),
        ("table_row", "5 | 200 EUR", 0),
    ]


def test_a_table_without_header_has_rows_only():
    assert rows_of("<table><tr><td>a<td>b</tr></table>") == [("table_row", "a | b", None)]


def test_a_cell_over_several_rows_is_said_in_each_and_empty_cells_keep_their_place():
    table = (
        "<table><tr><th>A<th>B<th>C</tr><tr><td rowspan=2>x<td>1<td></tr>"
        "<tr><td colspan=2>2</tr><tr><td><td>y<td>3</table>"
    )
    assert [text.split(CELL_SEPARATOR) for _, text, _ in rows_of(table)] == [
        ["A", "B", "C"],
        ["x", "1", ""],
        ["x", "2", ""],
        ["", "y", "3"],
    ]


def test_the_last_cell_may_span_rows_too():
    table = "<table><tr><td>a<td rowspan=3>x</tr><tr><td>b</tr><tr><td>c</tr><tr><td>d<td>y</table>"
    assert [text for _, text, _ in rows_of(table)] == ["a | x", "b | x", "c | x", "d | y"]


def test_a_row_stays_one_line_and_a_bar_in_a_cell_makes_no_cell():
    table = "<table><tr><td>a<br>b<p>c</p><td><ul><li>d<li>e | f</ul></table>"
    assert [text for _, text, _ in rows_of(table)] == ["a b c | d e|f"]


def test_a_caption_is_a_paragraph_before_the_table():
    assert rows_of("<table><caption>Limits</caption><tr><td>a<td>b</table>")[0] == ("paragraph", "Limits", None)


@pytest.mark.parametrize(
    "table",
    [
        "<table role=presentation><tr><td><p>one</p><td><p>two</p></table>",
        "<table><tr><td><h2>one</h2><td>two</table>",
    ],
)
def test_a_table_that_only_arranges_is_read_as_what_it_holds(table):
    assert [text for _, text, _ in rows_of(table)] == ["one", "two"]


def test_a_table_in_a_table_is_read_as_a_table():
    inner = "<table><tr><th>A<th>B</tr><tr><td>1<td>2</tr></table>"
    assert rows_of(f"<table><tr><td>around<td>{inner}</table>") == [
        ("paragraph", "around", None),
        ("table_header", "A | B", None),
        ("table_row", "1 | 2", 1),
    ]
