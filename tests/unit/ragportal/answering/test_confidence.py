"""From evidence to words."""

import pytest

from ragportal.answering.confidence import in_words, support
from ragportal.answering.evidence import NO_EVIDENCE, Evidence
from ragportal.answering.generate import Draft, generate
from ragportal.answering.question import understand
from ragportal.answering.results import Confidence
from tests.factories.embedder import FakeEmbedder

STRONG = Evidence(nearby=1.0, cosine=0.85, heading=1.0, fit=1.0, newness=1.0, lead=0.8, agreement=1.0)


@pytest.fixture
def units(passages):
    embedder = FakeEmbedder()
    found = [passages.of("Hotels cost much.")]
    return generate(understand("hotels"), found, passages.versions, embedder, embedder.embed_question("hotels")).units


@pytest.mark.parametrize(
    ("evidence", "word"),
    [
        (STRONG, Confidence.WELL_SUPPORTED),
        (Evidence(nearby=0.8, cosine=0.75, fit=0.5, newness=1.0, lead=0.3, agreement=0.6), Confidence.THIN),
        (Evidence(nearby=0.1, cosine=0.5), Confidence.NOTHING_FOUND),
    ],
)
def test_more_evidence_more_confidence(units, evidence, word):
    assert in_words(support(Draft(units, evidence))) is word


@pytest.mark.parametrize("sign", ["nearby", "cosine", "heading", "fit", "newness", "lead", "agreement"])
def test_each_sign_counts(units, sign):
    weaker = Evidence(
        **{name: value for name, value in zip(STRONG.__match_args__, STRONG.as_features(), strict=True) if name != sign}
    )

    assert support(Draft(units, weaker)) < support(Draft(units, STRONG))


def test_an_empty_draft_is_nothing_whatever_the_evidence():
    assert support(Draft((), STRONG)) == 0.0
    assert support(Draft((), NO_EVIDENCE)) == 0.0
    assert in_words(0.0) is Confidence.NOTHING_FOUND
