"""Which units are shown, and in which order."""

import pytest

from ragportal.answering.generate import generate
from ragportal.answering.picking import MOST_UNITS, in_reading_order
from ragportal.answering.question import understand
from ragportal.answering.scoring import ScoredUnit
from ragportal.answering.units import units_of
from tests.factories.embedder import FakeEmbedder


def answered(passages, question, *pages):
    """The texts that are picked for a question out of pages, best page first: Markdown, or (Markdown, options)."""
    found = [
        passages.of(
            page if isinstance(page, str) else page[0],
            score=1 - place / 10,
            **({} if isinstance(page, str) else page[1]),
        )
        for place, page in enumerate(pages)
    ]
    asked, embedder = understand(question, "en"), FakeEmbedder()
    draft = generate(asked, found, passages.versions, embedder, embedder.embed_question(question))
    return [unit.text for unit in draft.units]


LIMITS = "Travel is early.\n\nHotels cost at most 180 EUR a night.\n\nReceipts go to finance.\n\nTrains are best."
TABLE = "| Grade | Hotel limit |\n|---|---|\n| 4 | 180 EUR |\n| 5 | 220 EUR |"
STEPS = "Rooms are grey.\n\nTo book a room:\n\n1. Open the plan.\n2. Choose one.\n\nRooms have a phone and a plan."


@pytest.mark.parametrize(
    ("question", "page", "first"),
    [
        ("How much may hotels cost?", LIMITS, "Hotels cost at most 180 EUR a night."),
        ("What is the hotel limit of grade 5?", TABLE, "Grade: 5, Hotel limit: 220 EUR"),
        ("How do I book a room?", STEPS, "To book a room:\n1. Open the plan.\n2. Choose one."),
        ("Where do receipts go?", LIMITS, "Receipts go to finance."),
    ],
)
def test_what_answers_is_among_them(passages, question, page, first):
    assert first in answered(passages, question, page)


def test_never_more_than_three(passages):
    page = "\n\n".join(f"Hotels in town {name} cost much money." for name in ("Aa", "Bb", "Cc", "Dd", "Ee"))

    assert len(answered(passages, "What do hotels cost?", page)) <= MOST_UNITS


def test_the_same_is_not_said_twice(passages):
    sentence = "Hotels cost at most 180 EUR a night."

    assert answered(passages, "How much may hotels cost?", sentence, sentence) == [sentence]


def test_each_part_of_a_question_is_covered(passages):
    page = (
        "Hotels cost at most 180 EUR a night. Hotels are booked by the office. Hotels must be quiet.\n\n"
        "Taxis are paid by the company."
    )

    shown = answered(passages, "How much may hotels cost and who pays taxis?", page)

    assert "Hotels cost at most 180 EUR a night." in shown
    assert "Taxis are paid by the company." in shown


def test_what_is_replaced_is_not_shown_beside_what_is_current(passages):
    old = ("Hotels cost at most 150 EUR a night.", {"status": "superseded"})

    assert answered(passages, "How much may hotels cost?", old, "Hotels cost at most 180 EUR each night.") == [
        "Hotels cost at most 180 EUR each night."
    ]
    assert answered(passages, "How much may hotels cost?", old) == ["Hotels cost at most 150 EUR a night."]


def test_text_order_inside_a_document(passages):
    page = "Hotels are booked early.\n\nLunch is at noon.\n\nHotels booked late cost more for hotels booked."

    shown = answered(passages, "When are hotels booked?", page)

    assert shown == sorted(shown, key=page.index)


@pytest.mark.parametrize(
    ("beliefs", "last", "order"),
    [
        ((0.1, 0.1, 0.8), "Visitors may book Heron.", (2, 0, 1)),
        ((0.2, 0.2, 0.6), "Visitors may book Heron.", (0, 1, 2)),
        ((0.1, 0.1, 0.8), "They may book Heron.", (0, 1, 2)),
    ],
)
def test_what_plainly_answers_is_said_first_unless_it_leans_back(passages, beliefs, last, order):
    passage = passages.of(f"Rooms are named after birds.\n\nHeron is quiet.\n\n{last}")
    units = units_of(passage, passages.texts[passage.version_id], 0)
    chosen = [
        ScoredUnit(unit, 0.0, belief, 0.0, 0.0, 0.0, 0.0, None, frozenset())
        for unit, belief in zip(units, beliefs, strict=True)
    ]

    assert in_reading_order(chosen) == [units[place] for place in order]


def test_a_sentence_that_leans_back_brings_the_one_before(passages):
    page = "The north gate is locked at night. It needs a blue badge.\n\nLunch is served at noon in the hall."

    shown = answered(passages, "What needs a blue badge?", page)

    assert shown[:2] == ["The north gate is locked at night.", "It needs a blue badge."]


def test_a_question_in_the_text_is_no_answer(passages):
    page = "May I bring my dog to work?\n\nDogs are welcome at work on Fridays."

    assert answered(passages, "May I bring my dog to work?", page) == ["Dogs are welcome at work on Fridays."]


@pytest.mark.parametrize(
    ("question", "page", "expected"),
    [
        ("酒店每晚最多多少钱？", "出差要提前预订。酒店每晚最多180欧元。请保留收据。", "酒店每晚最多180欧元。"),
        ("كم تكلفة الفندق؟", "الفندق يكلف 180 يورو. القطار أفضل.", "الفندق يكلف 180 يورو."),
        (
            "Wie viel darf ein Hotel kosten?",
            "Reisen werden früh gebucht. Ein Hotel darf 180 EUR kosten.",
            "Ein Hotel darf 180 EUR kosten.",
        ),
        ('foo:bar ("x', "Hotels cost 180 EUR.", "Hotels cost 180 EUR."),
    ],
)
def test_other_languages_and_odd_questions(passages, question, page, expected):
    assert expected in answered(passages, question, page)


def test_nothing_to_pick_from(passages):
    assert answered(passages, "Where?", "# Only a heading") == []
    assert answered(passages, "Where?") == []


COMPANY = (
    "# About us\n\nWe sell meters.\n\n## Our values\n\nThey matter.\n\n### Care\n\nWe listen.\n\n### Speed\n\nWe ship."
)


def test_sub_headings_answer_what_a_section_lists(passages):
    assert answered(passages, "What are our values?", COMPANY)[0] == "Our values\n- Care: We listen.\n- Speed: We ship."
    assert not any("- Care" in text for text in answered(passages, "When do we ship?", COMPANY))


def test_a_page_of_the_whole_company_comes_before_that_of_a_team(passages):
    team = ("# Brand\n\n## Values\n\nOur values are bold.", {"url": "https://w.example/teams/design/brand/values"})
    company = ("# Values\n\nOur values are care and speed.", {"url": "https://w.example/values"})

    assert answered(passages, "What are our values?", team, company)[0] == "Our values are care and speed."
