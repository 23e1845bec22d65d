from ragportal.knowledge.parsing.office.open_sheets import parse_open_sheets
from tests.factories.open_documents import open_document, tag


def cell(*inner: str) -> str:
    return tag("table:table-cell", *inner)


def row(*texts: str, **attributes: str) -> str:
    return tag("table:table-row", *(cell(tag("text:p", text) if text else "") for text in texts), **attributes)


def test_cells_are_read_as_they_are_shown_with_the_number_of_their_row():
    note = tag("office:annotation", tag("text:p", "seit Mai"))
    prices = tag(
        "table:table",
        row("", table__number_rows_repeated="3"),
        row("Posten", "Preis"),
        tag("table:table-row", cell(tag("text:p", "Stift")), cell(note, tag("text:p", "5 €"))),
        table__name="Preise",
    )
    hidden = tag("table:table", row("nicht"), table__name="Geheim", table__style_name="ta")
    properties = tag("style:table-properties", table__display="false")
    style = tag("style:style", properties, style__name="ta", style__family="table")
    parsed = parse_open_sheets(open_document("spreadsheet", prices + hidden, style), "")
    assert parsed.text == "Preise\n\nPosten | Preis\nStift | 5 €\n\nseit Mai"
    assert [str(block.place) for block in parsed.blocks[1:]] == ["row 4", "row 5", "row 5"]
    assert parsed.notes == ("Hidden sheets that are left out: 1.",)


def test_empty_cells_at_the_end_of_a_sheet_cost_nothing():
    empty = tag("table:table-cell", table__number_columns_repeated="16384")
    rest = tag("table:table-row", empty, table__number_rows_repeated="1048576")
    table = tag("table:table", row("a", "b"), rest, table__name="S")
    assert parse_open_sheets(open_document("spreadsheet", table), "").text == "S\n\na | b"
