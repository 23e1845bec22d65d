import pytest

from ragportal.knowledge.parsing import delimited
from ragportal.knowledge.parsing.delimited import parse_delimited
from ragportal.knowledge.parsing.document import ParsingFailed
from ragportal.knowledge.parsing.formats import PARSERS, find_type


def read(text: str, charset: str = "") -> list[tuple[str, str, str]]:
    parsed = parse_delimited(text.encode(charset or "utf-8"), charset)
    return [(block.kind, str(block.place or ""), parsed.text[block.start : block.end]) for block in parsed.blocks]


def kinds(text: str) -> list[str]:
    return [kind for kind, _, _ in read(text)]


@pytest.mark.parametrize("delimiter", [",", ";", "\t", "|"])
def test_a_table_has_a_header_and_numbered_rows(delimiter):
    lines = (("Meter", "Site", "Price"), ("NV50", "Leeds", "1200"), ("NV300", "Gdańsk", "4300"))
    parsed = parse_delimited("\r\n".join(map(delimiter.join, lines)).encode(), "")
    assert parsed.text == "Meter | Site | Price\nNV50 | Leeds | 1200\nNV300 | Gdańsk | 4300"
    assert [(b.kind, str(b.place), b.leader) for b in parsed.blocks] == [
        ("table_header", "row 1", None),
        ("table_row", "row 2", 0),
        ("table_row", "row 3", 0),
    ]


@pytest.mark.parametrize("name", ["prices.csv", "prices.tsv"])
def test_its_name_tells_what_it_is(name):
    assert PARSERS[find_type("", name, b"Name;Price\nNV50;1200")] is parse_delimited


class TestDelimiter:
    def test_decimal_commas_do_not_cut_a_cell(self):
        assert read("1,5;2,5\n3,5;4,5")[0][2] == "1,5 | 2,5"

    def test_commas_in_sentences_do_not_either(self):
        rows = read("Code;Text\nE1;low, then off\nE2;high, wait, then call")
        assert rows[1][2] == "E1 | low, then off"

    def test_a_spreadsheets_hint_is_believed_and_is_no_row(self):
        assert read("sep=|\na|b\n1|2")[:2] == [("table_header", "row 1", "a | b"), ("table_row", "row 2", "1 | 2")]

    def test_one_column_is_not_cut(self):
        assert [text for _, _, text in read("Smith, John\nDoe\nFuchs\nVos")] == ["Smith, John", "Doe", "Fuchs", "Vos"]


class TestQuotes:
    def test_a_cell_may_hold_delimiters_quotes_and_line_breaks(self):
        rows = read('Name,Note\nA,"one, ""two""\nthree"\nB,four')
        assert rows[1:] == [("table_row", "row 2", 'A | one, "two" three'), ("table_row", "row 3", "B | four")]

    def test_a_quote_that_never_closes_swallows_nothing(self):
        rows = read('Size,Part\n"3 inch,valve\n4,pipe')
        assert [text for _, _, text in rows] == ["Size | Part", '"3 inch | valve', "4 | pipe"]

    def test_a_cell_cannot_pretend_to_be_two(self):
        assert read("a,b\nx | y,z")[1][2] == "x|y | z"


class TestHeader:
    @pytest.mark.parametrize(
        "text",
        [
            "Alice,5\nBob,7",
            "alice@norvane.example,x\nbob@norvane.example,y",
            "2026-01-01,open\n2026-01-02,closed",
            "yes,no\nno,no\nyes,yes",
            "Alice,Leeds",
            f"{'long ' * 30},b\nx,y",
        ],
    )
    def test_values_are_no_header(self, text):
        assert set(kinds(text)) == {"table_row"}

    @pytest.mark.parametrize(
        "text",
        [
            "Name,Site\nAlice,Leeds",
            "Region,2024,2025\nNorth,5,6\nSouth,7,8",
            ",Price\nA,12\nB,15",
            "Sum,Sum\n1,2",
        ],
    )
    def test_names_are_one(self, text):
        assert kinds(text)[0] == "table_header"


class TestLines:
    def test_rows_are_counted_as_a_spreadsheet_does(self):
        assert [place for _, place, _ in read("Name,Price\n\nA,1\n,\nB,2")] == ["row 1", "row 3", "row 5"]

    def test_ragged_rows_keep_all_their_cells(self):
        assert [text for _, _, text in read("a,b,c\n1\n1,2,3,4,,\n,,3")] == [
            "a | b | c",
            "1",
            "1 | 2 | 3 | 4",
            " |  | 3",
        ]

    def test_what_stands_above_the_table_is_said_before_it(self):
        assert read("Prices of March,,\n\nName,Site,Price\nA,Leeds,1\nB,Leeds,2")[:2] == [
            ("paragraph", "", "Prices of March"),
            ("table_header", "row 3", "Name | Site | Price"),
        ]


@pytest.mark.parametrize("charset", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "cp1252"])
def test_spreadsheets_write_many_encodings(charset):
    assert read("Name;Straße\nJosé;Ünal", charset)[1][2] == "José | Ünal"


def test_what_is_too_large_to_be_a_document_says_so(monkeypatch):
    monkeypatch.setattr(delimited, "MOST_ROWS", 3)
    assert len(read("a,b\n1,2\n3,4")) == 3
    with pytest.raises(ParsingFailed, match="more than 3 rows"):
        read("a,b\n1,2\n3,4\n5,6")
    with pytest.raises(ParsingFailed, match="more than 1,000 columns"):
        read("a," * 1000 + "b\n")
    with pytest.raises(ParsingFailed, match="longer than can be read"):
        read("a,b\n" + "x" * 200_000 + ",c")
