"""What words tell about a unit, from real Markdown."""

import pytest

from ragportal.answering.question import understand
from ragportal.answering.units import units_of
from ragportal.answering.wording import (
    agrees_in_negation,
    defines,
    heading_match,
    newness,
    points_elsewhere,
    read,
    title_match,
)


def units(passages, markdown):
    passage = passages.of(markdown)
    return [read(unit) for unit in units_of(passage, passage.text, 0)]


def asked(question):
    return understand(question, "en")


def test_a_heading_that_names_what_is_asked_beats_one_that_names_more(passages):
    exact, wider, other = units(
        passages,
        "# Guide\n\n## Before the first day\n\nOne is a.\n\n## After the first long day out\n\nTwo is b.\n\n"
        "## Lunch\n\nThree is c.",
    )
    question = asked("What should I do before my first day?")

    assert heading_match(exact, question) == 1.0
    assert 0 < heading_match(wider, question) < 0.5
    assert heading_match(other, question) == 0.0


def test_the_title_counts_for_what_the_question_has_of_it(passages):
    [mine] = units(passages, "# Our values\n\nText is here.")
    [other] = units(passages, "# Brand values\n\nText is here.")

    assert (title_match(mine, asked("What are our core values?")), title_match(other, asked("Our values?"))) == (1, 0.5)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("The NV300 is an ultrasonic meter.", 1.0),
        ("NV300: an ultrasonic meter.", 1.0),
        ("Batteries of the NV300 are extra.", 0.0),
        ("Order the NV300 – it is cheap.", 0.0),
    ],
)
def test_a_definition_begins_with_what_is_asked(passages, text, expected):
    [unit] = units(passages, text)

    assert defines(unit.unit, asked("What is the NV300?")) == expected
    assert defines(unit.unit, asked("Who sells the NV300?")) == 0.0


def test_what_repeats_the_question_says_nothing_new(passages):
    repeated, told = units(passages, "# Project Heron\n\nProject Heron. Talks with Lakonta in Linz cost 14 million.")

    assert newness(repeated, asked("What is Project Heron?")) == 0.0
    assert newness(told, asked("What is Project Heron?")) == 1.0


def test_what_is_not_so_is_found_where_it_is_asked(passages):
    denied, said = units(passages, "It does not cover frost. It covers faults.")
    question = asked("What does the warranty not cover?")

    assert (agrees_in_negation(denied.unit, question), agrees_in_negation(said.unit, question)) == (True, False)
    assert not agrees_in_negation(denied.unit, asked("What does the warranty cover?"))


def test_a_sentence_that_sends_the_reader_on_is_seen(passages):
    sent, told = units(passages, "In this page you will read about hotels. Hotels are booked on this page.")

    assert (points_elsewhere(sent.unit), points_elsewhere(told.unit)) == (True, False)
