"""From evidence to words."""

import pytest

from ragportal.answering.confidence import in_words, support
from ragportal.answering.generate import Draft, generate
from ragportal.answering.question import understand
from ragportal.answering.results import Confidence
from tests.factories.embedder import FakeEmbedder


@pytest.mark.parametrize(
    ("evidence", "word"),
    [
        ((1.0, 1.0, 0.85), Confidence.WELL_SUPPORTED),
        ((0.4, 0.5, 0.7), Confidence.THIN),
        ((0.0, 0.1, 0.5), Confidence.NOTHING_FOUND),
    ],
)
def test_more_evidence_more_confidence(passages, evidence, word):
    found = generate(understand("hotels"), [passages.of("Hotels cost much.")], passages.texts, FakeEmbedder())

    assert in_words(support(Draft(found.units, *evidence))) is word


def test_an_empty_draft_is_nothing_whatever_the_evidence():
    assert support(Draft((), 1.0, 1.0, 1.0)) == 0.0
    assert in_words(0.0) is Confidence.NOTHING_FOUND
