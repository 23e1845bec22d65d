"""What an answer may be made of, from real Markdown."""

import pytest

from ragportal.answering.source_text import Shape
from ragportal.answering.units import lists_beyond, units_of


def shown(passages, markdown, *, shapes=tuple(Shape), **options):
    passage = passages.of(markdown, **options)
    return [unit.text for unit in units_of(passage, passages.texts[passage.version_id], 0) if unit.shape in shapes]


@pytest.mark.parametrize(
    ("markdown", "shape", "expected"),
    [
        (
            "Hotels cost *up to* 180 EUR. Flights\nare early.",
            Shape.SENTENCE,
            ["Hotels cost up to 180 EUR.", "Flights are early."],
        ),
        ("You need:\n\n- a badge\n- a key", Shape.ITEM, ["You need: a badge", "You need: a key"]),
        ("Long story. You need:\n\n- a badge\n- a key", Shape.LISTING, ["You need:\n- a badge\n- a key"]),
        ("To start:\n\n1. Sign in.\n2. Ask.", Shape.LISTING, ["To start:\n1. Sign in.\n2. Ask."]),
        ("- a badge", Shape.LISTING, []),
        (
            "1. A\n\n1.1 B.\n\n1.2 C.\n\n1.3 We:\n\n(a) pack;\n\n(b) send.",
            Shape.LISTING,
            ["1.3 We:\n(a) pack;\n(b) send."],
        ),
        ("| Grade | Limit |\n|---|---|\n| 4 | 180 EUR |\n| 5 | |", Shape.ROW, ["Grade: 4, Limit: 180 EUR", "Grade: 5"]),
        (
            "## Levels\n\n| Level | Means |\n|---|---|\n| 1 | lost |\n| 2 | slow |",
            Shape.LISTING,
            ["Levels\n- Level: 1, Means: lost\n- Level: 2, Means: slow"],
        ),
        ("```\nmake run\n```", Shape.CODE, ["make run"]),
        ("https://a.example/b\n\n{{generator:team}}\n\n# Only a heading", Shape.SENTENCE, []),
    ],
)
def test_each_shape_reads_on_its_own(passages, markdown, shape, expected):
    assert shown(passages, markdown, shapes=(shape,)) == expected


def test_offsets_are_those_of_the_version(passages):
    passage = passages.of("# Travel\n\nHotels cost 180 EUR.\n\nYou need:\n\n- a badge\n- a key")
    text = passages.texts[passage.version_id]

    quotes = {unit.text: text[unit.start : unit.end] for unit in units_of(passage, text, 0)}

    assert quotes["Hotels cost 180 EUR."] == "Hotels cost 180 EUR."
    assert quotes["You need: a badge"] == "a badge"


def test_what_crosses_the_edge_of_a_passage_is_left_out(passages):
    assert shown(passages, "One is here. Two is cut off.", cut=(0, 20)) == ["One is here."]


def test_a_lead_in_before_the_passage_is_still_told(passages):
    markdown = "You need:\n\n- a badge\n- a key"

    assert "You need: a key" in shown(passages, markdown, cut=(11, 24))


def test_a_long_item_is_shown_by_the_sentence(passages):
    long = "Bring a badge. " + "It is checked at each door of the house and nobody is let in without it. " * 4

    items = shown(passages, f"You need:\n\n- {long}\n- a key", shapes=(Shape.ITEM,))

    assert items[0] == "You need: Bring a badge."
    assert items[1].startswith("It is checked") and len(items) == 6


def test_the_first_under_a_heading_is_marked(passages):
    passage = passages.of("# Travel\n\nOne here. Two here.\n\nThree here.")

    marks = [(unit.text, unit.opens_section) for unit in units_of(passage, passages.texts[1], 0)]

    assert marks == [("One here.", True), ("Two here.", False), ("Three here.", False)]


def beyond(passages, markdown, shape, **options):
    passage = passages.of(markdown, **options)
    units = lists_beyond(passage, passages.versions[passage.version_id], 0)
    return [unit for unit in units if unit.shape is shape]


VALUES = "# Values\n\nRead this.\n\n## Care\n\nWhy? We listen. We help.\n\n## Speed\n\n- Ship it.\n\n## Candour"


@pytest.mark.parametrize(
    ("markdown", "shape", "expected"),
    [
        (VALUES, Shape.CONTENTS, ["Values\n- Care: We listen.\n- Speed\n- Candour"]),
        ("# Only\n\n## One\n\nText.", Shape.CONTENTS, []),
        (
            "## Why?\n\nWe care. It is so.\n\nWe save. It is so.\n\nWe win. It is so.",
            Shape.OUTLINE,
            ["Why?\n- We care.\n- We save.\n- We win."],
        ),
        (
            "## Goals\n\nGoal 1: sell\n\n- a\n- b\n\nGoal 2: save\n\n- c\n\nGoal 3: rest\n\n- d",
            Shape.OUTLINE,
            ["Goals\n- Goal 1: sell\n- Goal 2: save\n- Goal 3: rest"],
        ),
    ],
)
def test_what_a_section_lists(passages, markdown, shape, expected):
    assert [unit.text for unit in beyond(passages, markdown, shape)] == expected


def test_a_section_beyond_the_passage_is_cited_with_all_its_chunks(passages):
    [unit] = beyond(passages, VALUES, Shape.CONTENTS, cut=(0, 18), chunks=((0, 18, 7), (20, 43, 8), (43, 80, 9)))
    text = passages.texts[unit.passage.version_id]

    assert text[unit.start : unit.end].startswith("Care\n") and text[unit.start : unit.end].endswith("Candour")
    assert unit.passage.chunk_ids == (8, 9)
    assert unit.passage.start <= unit.start < unit.end <= unit.passage.end
    assert unit.passage.text == text[unit.passage.start : unit.passage.end]
    assert unit.headings == ("Values",)
