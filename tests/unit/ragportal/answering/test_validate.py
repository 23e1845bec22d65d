"""Nothing is said that is not literally in a passage that was found."""

from dataclasses import replace

import pytest

from ragportal.answering.cite import cite
from ragportal.answering.results import AnswerSentence
from ragportal.answering.units import units_of
from ragportal.answering.validate import validate


@pytest.fixture
def cited(passages):
    passage = passages.of("Hotels cost 180 EUR.\n\nTaxis are fine.")
    sentences, citations = cite(units_of(passage, passages.texts[1], 0), passages.texts)
    return passage, sentences, citations


def test_what_holds_is_kept(cited, passages):
    passage, sentences, citations = cited

    assert validate(sentences, citations, [passage], passages.texts) == (sentences, citations)


@pytest.mark.parametrize(
    "invented",
    [
        {"quote": "Hotels cost 900 EUR."},
        {"quote": ""},
        {"start": 1},
        {"end": 10_000},
        {"version_id": 99},
        {"document_id": 99},
        {"chunk_ids": (99,)},
        {"chunk_ids": ()},
    ],
)
def test_an_invented_quote_takes_its_sentence_with_it(cited, passages, invented):
    passage, sentences, (first, second) = cited

    kept, citations = validate(sentences, (replace(first, **invented), second), [passage], passages.texts)

    assert [sentence.text for sentence in kept] == ["Taxis are fine."]
    assert [(citation.number, citation.quote) for citation in citations] == [(1, "Taxis are fine.")]
    assert kept[0].citations == (1,)


def test_a_sentence_without_a_citation_is_dropped(cited, passages):
    passage, _, citations = cited
    bare, unknown = AnswerSentence("Trust me.", ()), AnswerSentence("Trust me too.", (7,))

    assert validate((bare, unknown), citations, [passage], passages.texts) == ((), ())


def test_a_passage_that_was_not_found_proves_nothing(cited, passages):
    _, sentences, citations = cited

    assert validate(sentences, citations, [], passages.texts) == ((), ())


def test_text_outside_the_passage_proves_nothing(cited, passages):
    passage, sentences, citations = cited
    cut = replace(passage, end=20, text=passage.text[:20])

    kept, _ = validate(sentences, citations, [cut], passages.texts)

    assert [sentence.text for sentence in kept] == ["Hotels cost 180 EUR."]
