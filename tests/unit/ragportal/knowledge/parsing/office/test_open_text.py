import pytest

from ragportal.knowledge.parsing.document import ParsingFailed
from ragportal.knowledge.parsing.office.open_text import parse_open_text
from tests.factories.open_documents import open_document, tag, whole

LIST = tag(
    "text:list-style",
    tag("text:list-level-style-number", text__level="1", style__num_format="1", style__num_suffix="."),
    tag("text:list-level-style-number", text__level="2", style__num_format="a", style__num_suffix=")"),
    style__name="L",
)


def p(*inner: str, **attributes: str) -> str:
    return tag("text:p", *inner, **attributes)


def item(*inner: str, **attributes: str) -> str:
    return tag("text:list-item", *inner, **attributes)


def blocks(body: str, styles: str = "", **parts: str) -> list[tuple[str, int, str, str]]:
    parsed = parse_open_text(open_document("text", body, styles, **parts), "")
    return [(block.kind, block.level, block.marker, parsed.text[block.start : block.end]) for block in parsed.blocks]


def row(*cells: str) -> str:
    return tag("table:table-row", *cells)


def cell(text: str, **attributes: str) -> str:
    return tag("table:table-cell", p(text), **attributes)


def test_headings_paragraphs_and_code_are_read_in_their_order():
    mono = tag("style:text-properties", style__font_name="Courier New")
    styles = tag("style:style", style__name="P1", style__family="paragraph", style__parent_style_name="Quotations")
    styles += tag("style:style", mono, style__name="T1", style__family="text")
    code = (tag("text:span", line, text__style_name="T1") for line in ("x = f(1)", '<text:s text:c="4"/>y()'))
    body = (
        tag("text:h", "Überblick", text__outline_level="2"),
        p("Ein", tag("text:s", text__c="2"), "Satz<text:line-break/>in zwei<text:soft-page-break/> Zeilen."),
        *map(p, code),
        p("Gesagt.", text__style_name="P1"),
    )
    quotations = tag("style:style", style__name="Quotations", style__family="paragraph")
    common = whole("document-styles", tag("office:styles", quotations))
    assert blocks("".join(body), styles, **{"styles.xml": common}) == [
        ("heading", 2, "", "Überblick"),
        ("paragraph", 0, "", "Ein Satz\nin zwei Zeilen."),
        ("code", 0, "", "x = f(1)\n    y()"),
        ("quote", 0, "", "Gesagt."),
    ]


def test_lists_are_numbered_as_their_styles_say():
    inner = tag("text:list", item(p("a")), item(p("b")))
    body = (
        tag("text:list", item(p("eins"), inner), item(p("zwei"), p("und mehr")), text__style_name="L"),
        p("Dazwischen."),
        tag("text:list", item(p("drei")), text__style_name="L", text__continue_numbering="true"),
        tag("text:list", item(p("sieben"), text__start_value="7"), text__style_name="L"),
    )
    assert [(level, marker, text) for _, level, marker, text in blocks("".join(body), LIST)] == [
        (1, "1.", "eins"), (2, "a)", "a"), (2, "b)", "b"), (1, "2.", "zwei"), (0, "", "und mehr"),
        (0, "", "Dazwischen."), (1, "3.", "drei"), (1, "7.", "sieben"),
    ]  # fmt: skip


def test_tables_have_headers_and_cells_over_several_rows():
    table = tag(
        "table:table",
        tag("table:table-header-rows", row(cell("Ort"), cell("Raum"))),
        row(cell("Wien", table__number_rows_spanned="2"), cell("A")),
        row("<table:covered-table-cell/>", cell("B")),
    )
    assert [(kind, text) for kind, *_, text in blocks(table)] == [
        ("table_header", "Ort | Raum"), ("table_row", "Wien | A"), ("table_row", "Wien | B"),
    ]  # fmt: skip


def test_notes_and_boxes_stand_behind_their_paragraph_and_deletions_nowhere():
    note = tag("text:note", tag("text:note-citation", "1"), tag("text:note-body", p("Seit 2024.")))
    box = tag("draw:frame", tag("draw:text-box", p("Im Kasten.")))
    gone = tag("text:tracked-changes", tag("text:changed-region", tag("text:deletion", p("weg"))))
    contents = tag("text:table-of-content", tag("text:index-body", p("Kapitel 1 .... 7")))
    body = gone + contents + p("Text", note, box, tag("office:annotation", p("intern")), ".")
    assert [text for *_, text in blocks(body)] == ["Text.", "Im Kasten.", "[1] Seit 2024."]


def test_the_title_is_that_of_the_properties_where_no_paragraph_is():
    title = '<dc:title xmlns:dc="http://purl.org/dc/elements/1.1/">Reisen</dc:title>'
    meta = whole("document-meta", tag("office:meta", title))
    assert parse_open_text(open_document("text", p("x"), **{"meta.xml": meta}), "").title == "Reisen"


@pytest.mark.parametrize(
    ("body", "reason"),
    [
        (open_document("text", "", **{"META-INF__manifest.xml": "<m><encryption-data/></m>"}), "password"),
        (open_document("text", "<text:p>")[:-80], "damaged"),
        (open_document("text", "</text:p>"), "well-formed"),
    ],
)
def test_what_cannot_be_read_says_why(body, reason):
    with pytest.raises(ParsingFailed, match=reason):
        parse_open_text(body, "")
