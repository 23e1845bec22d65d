"""Word files as a reader sees them: order, headings, lists, tables, and what Word keeps elsewhere."""

import pytest
from docx import Document
from docx.shared import Pt

from ragportal.knowledge.parsing.document import ParsingFailed
from ragportal.knowledge.parsing.office.word import parse_word
from tests.factories.office_files import NAMESPACES, saved, word_file
from tests.factories.zips import zipped


def blocks(body: bytes) -> list[tuple[str, str]]:
    parsed = parse_word(body, "")
    return [(block.kind, parsed.text[block.start : block.end]) for block in parsed.blocks]


def texts(body: str, **parts: str) -> list[str]:
    return [text for _, text in blocks(word_file(body, **parts))]


def paragraph(inner: str) -> str:
    return f"<w:p>{inner}</w:p>"


def run(text: str, properties: str = "") -> str:
    return f'<w:r><w:rPr>{properties}</w:rPr><w:t xml:space="preserve">{text}</w:t></w:r>'


@pytest.fixture(scope="module")
def parsed():
    document = Document()
    document.add_heading("Reisekosten für Außendienst", 0)
    document.add_heading("Tagessätze", 1)
    document.add_paragraph("Für Dienstreisen gilt Folgendes:")
    document.add_paragraph("Anreise", style="List Number")
    document.add_paragraph("mit der Bahn", style="List Bullet 2")
    document.add_paragraph("Übernachtung", style="List Number")
    table = document.add_table(rows=3, cols=3)
    for row, cells in zip(
        table.rows, ["Land|Tagessatz|Nächtigung", "Österreich|30 €|60 €", "Schweiz|40 €|"], strict=True
    ):
        for cell, text in zip(row.cells, cells.split("|"), strict=True):
            cell.text = text
    document.add_heading("Belege", 2)
    document.add_paragraph("Bitte alle Belege aufheben.", style="Intense Quote")
    return parse_word(saved(document), "")


class TestADocument:
    def test_is_read_in_the_order_of_its_body(self, parsed):
        assert parsed.text.split("\n") == [
            "Reisekosten für Außendienst", "", "Tagessätze", "", "Für Dienstreisen gilt Folgendes:", "",
            "Anreise", "mit der Bahn", "Übernachtung",
            "Land | Tagessatz | Nächtigung", "Österreich | 30 € | 60 €", "Schweiz | 40 € | ", "",
            "Belege", "", "Bitte alle Belege aufheben.",
        ]  # fmt: skip

    def test_knows_its_title_and_headings(self, parsed):
        headings = [(block.level, block.headings) for block in parsed.blocks if block.kind == "heading"]
        assert parsed.title == "Reisekosten für Außendienst"
        assert headings == [(1, ()), (1, ()), (2, ("Tagessätze",))]

    def test_numbers_its_lists_and_names_what_items_need(self, parsed):
        items = [block for block in parsed.blocks if block.kind == "list_item"]
        assert [item.marker for item in items] == ["1.", "-", "2."]
        assert [item.leader for item in items] == [2, 2, 2]

    def test_gives_each_row_of_a_table_its_header(self, parsed):
        rows = [block for block in parsed.blocks if block.kind in {"table_header", "table_row"}]
        assert [row.kind for row in rows] == ["table_header", "table_row", "table_row"]
        assert {row.leader for row in rows[1:]} == {parsed.blocks.index(rows[0])}

    def test_tells_quotes(self, parsed):
        assert parsed.blocks[-1].kind == "quote"


class TestText:
    def test_that_was_inserted_is_in_and_deleted_or_hidden_text_is_not(self):
        body = paragraph(
            run("Pay ") + f"<w:ins>{run('within ')}</w:ins><w:del><w:r><w:delText>after </w:delText></w:r></w:del>"
            f"<w:moveFrom>{run('gone ')}</w:moveFrom>{run('secret ', '<w:vanish/>')}{run('30')}"
            "<w:r><w:noBreakHyphen/><w:t>day terms</w:t><w:softHyphen/></w:r>"
        )
        assert texts(body) == ["Pay within 30-day terms"]

    def test_of_a_field_is_its_result(self):
        begin, separate, end = (
            f'<w:r><w:fldChar w:fldCharType="{kind}"/></w:r>' for kind in ("begin", "separate", "end")
        )
        instruction = "<w:r><w:instrText>DATE</w:instrText></w:r>"
        nested = f"{begin}<w:r><w:instrText>IF </w:instrText></w:r>{begin}{instruction}{separate}{run('no')}{end}"
        body = paragraph(
            run("On ") + begin + instruction + separate + run("1 May") + end + nested + separate + run("!") + end
        )
        assert texts(body) == ["On 1 May!"]

    def test_in_links_controls_and_alternatives_is_read_once(self):
        control = f"<w:sdt><w:sdtPr/><w:sdtContent>{paragraph(run('In a control'))}</w:sdtContent></w:sdt>"
        link = paragraph(f"<w:hyperlink>{run('the handbook')}</w:hyperlink>")
        box = (
            "<mc:AlternateContent><mc:Choice Requires='wps'><w:drawing><wps:txbx><w:txbxContent>"
            f"{paragraph(run('In a box'))}</w:txbxContent></wps:txbx></w:drawing></mc:Choice>"
            f"<mc:Fallback><w:pict><v:textbox><w:txbxContent>{paragraph(run('In a box'))}</w:txbxContent></v:textbox>"
            "</w:pict></mc:Fallback></mc:AlternateContent>"
        )
        assert texts(control + link + paragraph(run("Beside") + f"<w:r>{box}</w:r>")) == [
            "In a control", "the handbook", "Beside", "In a box",
        ]  # fmt: skip

    def test_of_notes_stands_after_the_paragraph(self):
        notes = (
            f'<w:footnotes {NAMESPACES}><w:footnote w:type="separator" w:id="0"/><w:footnote w:id="2">'
            f"{paragraph(run('Since 2024.'))}</w:footnote></w:footnotes>"
        )
        body = paragraph(run("It is free.") + '<w:r><w:footnoteReference w:id="2"/></w:r>') + paragraph(run("Next."))
        assert texts(body, footnotes=notes) == ["It is free.", "[2] Since 2024.", "Next."]

    def test_of_an_equation_is_one_line(self):
        fraction = "<m:f><m:num><m:r><m:t>a</m:t></m:r></m:num><m:den><m:r><m:t>b</m:t></m:r></m:den></m:f>"
        assert texts(paragraph(f"<m:oMath>{fraction}</m:oMath>")) == ["(a)/(b)"]

    def test_of_the_contents_is_left_out(self):
        styles = (
            f'<w:styles {NAMESPACES}><w:style w:styleId="Verzeichnis1"><w:name w:val="toc 1"/></w:style></w:styles>'
        )
        entry = paragraph('<w:pPr><w:pStyle w:val="Verzeichnis1"/></w:pPr>' + run("Chapter 1 .... 7"))
        assert texts(entry + paragraph(run("Text")), styles=styles) == ["Text"]


class TestHeadings:
    STYLES = (
        f'<w:styles {NAMESPACES}><w:style w:styleId="berschrift2"><w:name w:val="heading 2"/></w:style>'
        '<w:style w:styleId="Firma"><w:name w:val="Firma Kapitel"/><w:basedOn w:val="berschrift2"/></w:style>'
        '<w:style w:styleId="Eigen"><w:name w:val="Eigen"/><w:pPr><w:outlineLvl w:val="3"/></w:pPr></w:style>'
        "</w:styles>"
    )

    @pytest.mark.parametrize(
        ("properties", "level"),
        [
            ('<w:pStyle w:val="berschrift2"/>', 2),
            ('<w:pStyle w:val="Firma"/>', 2),
            ('<w:pStyle w:val="Eigen"/>', 4),
            ('<w:outlineLvl w:val="0"/>', 1),
            ('<w:pStyle w:val="berschrift2"/><w:outlineLvl w:val="9"/>', 0),
            ("", 0),
        ],
    )
    def test_are_told_by_style_whatever_its_language(self, properties, level):
        body = paragraph(f"<w:pPr>{properties}</w:pPr>" + run("Urlaub"))
        assert parse_word(word_file(body, styles=self.STYLES), "").blocks[0].level == level

    def test_are_told_by_bold_type_where_a_line_stands_alone(self):
        document = Document()
        for text, bold in (("Holidays", True), ("Note: ask first.", True), ("Thirty days.", False)):
            document.add_paragraph().add_run(text).bold = bold
        assert [kind for kind, _ in blocks(saved(document))] == ["heading", "paragraph", "paragraph"]

    def test_have_their_number(self):
        numbering = (
            f'<w:numbering {NAMESPACES}><w:abstractNum w:abstractNumId="1">'
            '<w:lvl w:ilvl="0"><w:start w:val="3"/><w:numFmt w:val="upperRoman"/><w:lvlText w:val="§ %1"/></w:lvl>'
            '<w:lvl w:ilvl="1"><w:numFmt w:val="lowerLetter"/><w:lvlText w:val="%1.%2)"/></w:lvl></w:abstractNum>'
            '<w:num w:numId="7"><w:abstractNumId w:val="1"/></w:num></w:numbering>'
        )
        styles = self.STYLES.replace("<w:outlineLvl", '<w:numPr><w:numId w:val="7"/></w:numPr><w:outlineLvl')
        item = '<w:pPr><w:numPr><w:ilvl w:val="1"/><w:numId w:val="7"/></w:numPr></w:pPr>'
        body = paragraph('<w:pPr><w:pStyle w:val="Eigen"/></w:pPr>' + run("Haftung"))
        parsed = parse_word(
            word_file(
                body + paragraph(item + run("a")) + paragraph(item + run("b")), numbering=numbering, styles=styles
            ),
            "",
        )
        assert parsed.text.startswith("§ III Haftung")
        assert [block.marker for block in parsed.blocks[1:]] == ["III.a)", "III.b)"]


class TestTables:
    def table(self, *rows: str) -> str:
        return f"<w:tbl><w:tblPr/>{''.join(f'<w:tr>{row}</w:tr>' for row in rows)}</w:tbl>"

    def cell(self, text: str, properties: str = "") -> str:
        return f"<w:tc><w:tcPr>{properties}</w:tcPr>{paragraph(run(text))}</w:tc>"

    def test_say_a_cell_that_spans_rows_in_each(self):
        begin, goes_on = '<w:vMerge w:val="restart"/>', "<w:vMerge/>"
        body = self.table(
            "<w:trPr><w:tblHeader/></w:trPr>" + self.cell("Site", '<w:gridSpan w:val="2"/>') + self.cell("Desks"),
            self.cell("Wien", begin) + self.cell("old") + self.cell("7"),
            self.cell("", goes_on) + self.cell("new") + self.cell("9"),
        )
        assert texts(body) == ["Site |  | Desks", "Wien | old | 7", "Wien | new | 9"]

    def test_inside_a_table_become_the_text_of_its_cell(self):
        inner = self.table(self.cell("x") + self.cell("1"), self.cell("y") + self.cell("2"))
        outer = self.table(
            self.cell("Name") + self.cell("Details") + self.cell("No."),
            self.cell("Anna") + f"<w:tc>{inner}{paragraph('')}</w:tc>" + self.cell("3"),
        )
        assert texts(outer) == ["Name | Details | No.", "Anna | x 1; y 2 | 3"]

    def test_that_arrange_a_page_are_read_as_its_text(self):
        styled = paragraph('<w:pPr><w:pStyle w:val="Heading1"/></w:pPr>' + run("Contact"))
        assert blocks(word_file(self.table(f"<w:tc>{styled}</w:tc>" + self.cell("Call us.")))) == [
            ("heading", "Contact"), ("paragraph", "Call us."),
        ]  # fmt: skip


def test_code_keeps_its_lines():
    document = Document()
    for line in ("def f(x):", "    return x", ""):
        added = document.add_paragraph().add_run(line)
        added.font.name, added.font.size = "Consolas", Pt(9)
    document.add_paragraph("It returns.")
    letter = document.add_paragraph().add_run("A letter in the type of old machines.")
    letter.font.name = "Courier New"
    assert blocks(saved(document)) == [
        ("code", "def f(x):\n    return x"),
        ("paragraph", "It returns."),
        ("paragraph", "A letter in the type of old machines."),
    ]


@pytest.mark.parametrize(
    "body",
    [
        zipped({"[Content_Types].xml": "<Types/>", "_rels/.rels": "<Relationships/>"}),
        zipped({"_rels/.rels": "<Relationships"}),
        word_file(paragraph(run("text")))[:4000],
        b"PK\x03\x04",
    ],
)
def test_a_damaged_file_says_so(body):
    with pytest.raises(ParsingFailed, match="damaged"):
        parse_word(body, "")
