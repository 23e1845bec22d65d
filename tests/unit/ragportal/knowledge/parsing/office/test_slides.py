"""PowerPoint files as a reader sees them."""

import pytest
from pptx import Presentation
from pptx.chart.data import CategoryChartData
from pptx.enum.chart import XL_CHART_TYPE
from pptx.util import Cm

from ragportal.knowledge.parsing.office.slides import parse_slides
from tests.factories.office_files import saved

TITLE_AND_CONTENT, TITLE_ONLY, BLANK = 1, 5, 6


def lines(presentation) -> list[str]:
    """Each block as "kind slide marker: text"."""
    parsed = parse_slides(saved(presentation), "")
    return [
        " ".join(filter(None, (block.kind, block.place.label, block.marker)))
        + f": {parsed.text[block.start : block.end]}"
        for block in parsed.blocks
    ]


def add_slide(presentation, layout, title=""):
    slide = presentation.slides.add_slide(presentation.slide_layouts[layout])
    if title:
        slide.shapes.title.text = title
    return slide


def add_box(slide, text, left, top, width=5, height=1):
    slide.shapes.add_textbox(Cm(left), Cm(top), Cm(width), Cm(height)).text_frame.text = text


@pytest.fixture
def presentation():
    return Presentation()


def test_a_slide_has_its_title_its_items_and_its_notes(presentation):
    slide = add_slide(presentation, TITLE_AND_CONTENT, "Übersicht")
    frame = slide.placeholders[1].text_frame
    frame.text = "Erstens"
    for text, level in (("darunter", 1), ("Zweitens", 0)):
        paragraph = frame.add_paragraph()
        paragraph.text, paragraph.level = text, level
    slide.notes_slide.notes_text_frame.text = "Bitte langsam sprechen."
    assert lines(presentation) == [
        "heading 1: Übersicht",
        "list_item 1 -: Erstens",
        "list_item 1 -: darunter",
        "list_item 1 -: Zweitens",
        "heading 1: Notes",
        "paragraph 1: Bitte langsam sprechen.",
    ]
    parsed = parse_slides(saved(presentation), "")
    assert [block.level for block in parsed.blocks[1:4]] == [1, 2, 1]
    assert parsed.title == "Übersicht"


def test_boxes_are_read_by_where_they_stand(presentation):
    slide = add_slide(presentation, TITLE_ONLY, "Plan")
    add_box(slide, "right below", 12, 12)
    add_box(slide, "left below", 1, 12)
    add_box(slide, "right above", 12, 6)
    add_box(slide, "left above", 1, 6)
    add_box(slide, "foot", 1, 16, width=16)
    add_box(slide, "head", 1, 4.5, width=16)
    texts = [line.partition(": ")[2] for line in lines(presentation)]
    assert texts == ["Plan", "head", "left above", "right above", "left below", "right below", "foot"]


def test_groups_are_opened(presentation):
    slide = add_slide(presentation, BLANK)
    add_box(slide, "second", 1, 8)
    group = slide.shapes.add_group_shape()
    group.shapes.add_textbox(Cm(1), Cm(2), Cm(3), Cm(1)).text_frame.text = "first"
    assert lines(presentation) == ["heading 1: Slide 1", "paragraph 1: first", "paragraph 1: second"]


def test_tables_and_charts_become_rows(presentation):
    slide = add_slide(presentation, TITLE_ONLY, "Zahlen")
    table = slide.shapes.add_table(3, 2, Cm(1), Cm(4), Cm(10), Cm(3)).table
    for row, texts in enumerate((("Standort", "Leute"), ("Wien", "7"), ("", "9"))):
        for column, text in enumerate(texts):
            table.cell(row, column).text = text
    table.cell(1, 0).merge(table.cell(2, 0))
    data = CategoryChartData()
    data.categories = ["Q1", "Q2"]
    data.add_series("Umsatz", (1.5, 0.1 + 0.2))
    chart = slide.shapes.add_chart(XL_CHART_TYPE.COLUMN_CLUSTERED, Cm(1), Cm(9), Cm(10), Cm(6), data).chart
    chart.has_title = True
    chart.chart_title.text_frame.text = "Entwicklung"
    assert lines(presentation)[1:] == [
        "table_header 1: Standort | Leute",
        "table_row 1: Wien | 7",
        "table_row 1: Wien | 9",
        "paragraph 1: Entwicklung",
        "table_header 1:  | Umsatz",
        "table_row 1: Q1 | 1.5",
        "table_row 1: Q2 | 0.3",
    ]


def test_hidden_slides_are_read_with_a_note_and_empty_ones_are_not(presentation):
    add_slide(presentation, BLANK)
    add_slide(presentation, TITLE_ONLY, "Backup")._element.set("show", "0")
    parsed = parse_slides(saved(presentation), "")
    assert lines(presentation) == ["heading 2: Backup"]
    assert parsed.notes == ("Hidden slides are among the text: 2.",)
