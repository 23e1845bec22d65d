"""Excel files as a reader sees them."""

import datetime
import io

import pytest
import xlsxwriter
from openpyxl import Workbook
from openpyxl.comments import Comment
from openpyxl.styles import Font
from openpyxl.worksheet.table import Table

from ragportal.knowledge.parsing.archives import MOST_RATIO
from ragportal.knowledge.parsing.document import ParsingFailed
from ragportal.knowledge.parsing.office import sheet_writer
from ragportal.knowledge.parsing.office.sheets import parse_sheets
from tests.factories.office_files import saved, with_parts

BOLD = Font(bold=True)


def lines(body: bytes) -> list[str]:
    """Each block as "kind row: text"."""
    parsed = parse_sheets(body, "")
    return [
        f"{block.kind}{f' {block.place.label}' if block.place else ''}: {parsed.text[block.start : block.end]}"
        for block in parsed.blocks
    ]


def sheet_of(*rows) -> Workbook:
    book = Workbook()
    for row in rows:
        book.active.append(row)
    return book


class TestCells:
    def test_are_shown_as_their_formats_say(self):
        book = sheet_of(["Posten", "Betrag", "Datum", "Anteil", "Bezahlt"])
        book.active.append(["Miete für Büro", 1234.5, datetime.date(2024, 3, 1), 0.25, True])
        book.active["B2"].number_format = '#,##0.00 "€"'
        book.active["C2"].number_format = "dd.mm.yyyy"
        book.active["D2"].number_format = "0%"
        assert lines(saved(book)) == [
            "heading: Sheet",
            "table_header 1: Posten | Betrag | Datum | Anteil | Bezahlt",
            "table_row 2: Miete für Büro | 1,234.50 € | 01.03.2024 | 25% | TRUE",
        ]

    def test_with_formulas_show_their_stored_results_and_a_note_tells_of_missing_ones(self):
        book = sheet_of(["a", "b"], [1, "=A2+1"])
        parsed = parse_sheets(saved(book), "")
        assert "=A2" not in parsed.text
        assert parsed.notes == (
            "Formulas without a stored result: 1. Open and save the file once in an office program.",
        )
        sheet = '<worksheet><sheetData><row r="1"><c r="A1"><f>1+1</f><v>2</v></c></row></sheetData></worksheet>'
        with_result = saved(sheet_of(["x"]))
        assert lines(with_parts(with_result, "xl", {"worksheets/sheet1": sheet}))[1:] == ["paragraph 1: 2"]

    def test_that_are_merged_are_said_in_each_row(self):
        book = sheet_of(["Site", "Room", "Desks"], ["Wien", "A", 1], [None, "B", 2])
        book.active.merge_cells("A2:A3")
        assert lines(saved(book))[2:] == ["table_row 2: Wien | A | 1", "table_row 3: Wien | B | 2"]

    def test_may_hold_text_of_several_formats(self):
        sheet = (
            '<worksheet><sheetData><row><c t="inlineStr"><is><r><t>Über</t></r><r><t>stunden</t></r>'
            "<rPh><t>x</t></rPh></is></c></row></sheetData></worksheet>"
        )
        assert lines(with_parts(saved(sheet_of(["x"])), "xl", {"worksheets/sheet1": sheet}))[1:] == [
            "paragraph 1: Überstunden"
        ]


class TestTables:
    def test_have_titles_above_and_sections_within(self):
        book = sheet_of(
            ["Budget 2025"], ["All amounts in euro"], ["Unit", "Plan", "Actual"],
            ["Sales"], ["Wien", 1, 2], ["Support"], ["Graz", 3, 4],
        )  # fmt: skip
        for cell in ("A1", "A3", "B3", "C3", "A4", "A6"):
            book.active[cell].font = BOLD
        parsed = parse_sheets(saved(book), "")
        assert lines(saved(book)) == [
            "heading: Sheet",
            "heading 1: Budget 2025",
            "paragraph 2: All amounts in euro",
            "table_header 3: Unit | Plan | Actual",
            "heading 4: Sales",
            "table_row 5: Wien | 1 | 2",
            "heading 6: Support",
            "table_row 7: Graz | 3 | 4",
        ]
        assert parsed.blocks[-1].headings == ("Sheet", "Support")
        assert parsed.blocks[-1].leader == 3

    def test_are_parted_by_empty_rows_and_columns(self):
        book = sheet_of(
            ["Item", "Price", None, "Name", "Age"], ["Pen", 1, None, "Anna", 30], [], ["City", "People"], ["Graz", 300]
        )
        assert lines(saved(book))[1:] == [
            "table_header 1: Item | Price",
            "table_row 2: Pen | 1",
            "table_header 1: Name | Age",
            "table_row 2: Anna | 30",
            "table_header 4: City | People",
            "table_row 5: Graz | 300",
        ]

    def test_go_on_after_an_empty_row(self):
        parsed = parse_sheets(saved(sheet_of(["Item", "Price"], ["Pen", 1], [], ["Ink", 2], ["Cap", 3])), "")
        assert [block.leader for block in parsed.blocks] == [None, None, 1, 1, 1]

    def test_of_an_author_have_the_header_that_he_chose(self):
        book = sheet_of(["Feature", "State"], ["Search", "done"], ["Export", "planned"])
        book.active.add_table(Table(displayName="T", ref="A1:B3"))
        assert lines(saved(book))[1] == "table_header 1: Feature | State"

    def test_that_are_long_keep_their_header_to_the_end(self, monkeypatch):
        monkeypatch.setattr(sheet_writer, "ROWS_AT_ONCE", 5)
        parsed = parse_sheets(saved(sheet_of(["Item", "Price"], *(["Pen", number] for number in range(20)))), "")
        assert [block.kind for block in parsed.blocks[1:]] == ["table_header"] + ["table_row"] * 20
        assert {block.leader for block in parsed.blocks[2:]} == {1}
        assert parsed.blocks[-1].place.label == "21"


class TestSheets:
    def test_that_are_hidden_are_left_out_with_a_note(self):
        book = sheet_of(["shown"])
        book.create_sheet("Preise").append(["seen too"])
        book.create_sheet("Secret").append(["not shown"])
        book["Secret"].sheet_state = "hidden"
        parsed = parse_sheets(saved(book), "")
        assert parsed.text == "Sheet\n\nshown\n\nPreise\n\nseen too"
        assert parsed.notes == ("Hidden sheets that are left out: 1.",)

    def test_have_comments_behind_their_cells(self):
        book = sheet_of(["Item", "Price"], ["Pen", 1])
        book.active["B2"].comment = Comment("since May", "Anna")
        assert lines(saved(book))[-1] == "paragraph 2: B2: since May"

    def test_may_be_one_chart(self):
        buffer = io.BytesIO()
        with xlsxwriter.Workbook(buffer) as book:
            sheet = book.add_worksheet("Zahlen")
            sheet.write_column("A1", ["Q1", "Q2"])
            sheet.write_column("B1", [7, 9])
            chart = book.add_chart({"type": "column"})
            chart.add_series({"name": "Umsatz", "categories": "=Zahlen!$A$1:$A$2", "values": "=Zahlen!$B$1:$B$2"})
            chart.set_title({"name": "Entwicklung"})
            book.add_chartsheet("Bild").set_chart(chart)
        assert lines(buffer.getvalue())[3:] == [
            "heading: Bild",
            "paragraph: Entwicklung",
            "table_header:  | Umsatz",
            "table_row: Q1 | 7",
            "table_row: Q2 | 9",
        ]

    def test_without_cells_are_not_named(self):
        book = sheet_of(["x"])
        book.create_sheet("Empty")
        assert "Empty" not in parse_sheets(saved(book), "").text


def test_a_sheet_that_is_a_bomb_is_refused():
    row = "<row><c><v>1</v></c></row>"
    sheet = f"<worksheet><sheetData>{row * 800_000}</sheetData></worksheet>"
    body = with_parts(saved(sheet_of(["x"])), "xl", {"worksheets/sheet1": sheet})
    assert len(sheet) > MOST_RATIO * len(body)
    with pytest.raises(ParsingFailed, match="unpacks to far more"):
        parse_sheets(body, "")


@pytest.mark.parametrize(
    "sheet", ["<worksheet><sheetData><row>", "<!DOCTYPE a [<!ENTITY b 'c'>]><worksheet><row>&b;</row></worksheet>"]
)
def test_a_damaged_sheet_says_so(sheet):
    with pytest.raises(ParsingFailed, match="damaged|entities"):
        parse_sheets(with_parts(saved(sheet_of(["x"])), "xl", {"worksheets/sheet1": sheet}), "")
