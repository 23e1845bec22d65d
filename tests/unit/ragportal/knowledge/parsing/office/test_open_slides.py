from ragportal.knowledge.parsing.office.open_slides import parse_open_slides
from tests.factories.open_documents import open_document, tag, whole


def frame(top: float, *inner: str, **attributes: str) -> str:
    place = {"svg__x": "1cm", "svg__y": f"{top}cm", "svg__width": "5cm", "svg__height": "1cm"}
    return tag("draw:frame", *inner, **place, **attributes)


def box(text: str, top: float, kind: str = "") -> str:
    return frame(top, tag("draw:text-box", tag("text:p", text)), **({"presentation__class": kind} if kind else {}))


def row(*texts: str) -> str:
    return tag("table:table-row", *(tag("table:table-cell", tag("text:p", text)) for text in texts))


def test_slides_have_title_text_charts_and_notes():
    page = tag(
        "draw:page",
        box("unten", 8),
        box("oben", 3),
        box("Übersicht", 1, "title"),
        box("7", 18, "page-number"),
        frame(9, tag("draw:object", xlink__href="./Object 1")),
        tag("presentation:notes", box("Langsam.", 1, "notes")),
    )
    drawn = whole("document-content", tag("office:body", tag("table:table", row("", "Umsatz"), row("Q1", "7"))))
    properties = tag("style:drawing-page-properties", presentation__visibility="hidden")
    style = tag("style:style", properties, style__name="dp", style__family="drawing-page")
    others = "<draw:page/>" + tag("draw:page", box("Reserve", 3), draw__style_name="dp")
    body = open_document("presentation", page + others, style, **{"Object 1__content.xml": drawn})
    parsed = parse_open_slides(body, "")
    assert [f"{block.kind} {block.place.label}: {parsed.text[block.start : block.end]}" for block in parsed.blocks] == [
        "heading 1: Übersicht",
        "paragraph 1: oben",
        "paragraph 1: unten",
        "table_header 1:  | Umsatz",
        "table_row 1: Q1 | 7",
        "heading 1: Notes",
        "paragraph 1: Langsam.",
        "heading 3: Slide 3",
        "paragraph 3: Reserve",
    ]
    assert parsed.notes == ("Hidden slides are among the text: 3.",)
    assert parsed.title == "Übersicht"
