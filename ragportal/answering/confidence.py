"""How far the sources support an answer, in three words.

A logistic regression on three things that mean the same in any collection: the share of the question's terms in the
best unit, their share in its passage, and the cosine of the unit with the question. Fitted on one half of the
questions of a public set, each asked twice: with and without the document that answers it
(`python -m tests.bench.bench_answers --fit`); the thresholds are chosen there too.
"""

import math

from ragportal.answering.generate import Draft
from ragportal.answering.results import Confidence

_COVERAGE = 2.9
_PASSAGE_COVERAGE = 5.3
_COSINE = 12.8
_BIAS = -11.8

WELL_SUPPORTED_FROM = 0.71
"""At most 5 % of the questions whose document is forbidden reach this."""
NOTHING_BELOW = 0.14
"""Hardly one question with a readable answer stays below this."""


def support(draft: Draft) -> float:
    """0 to 1: how likely the draft answers the question; 0 for an empty draft."""
    if not draft.units:
        return 0.0
    weighed = (
        _COVERAGE * draft.coverage
        + _PASSAGE_COVERAGE * draft.passage_coverage
        + _COSINE * draft.cosine
        + _BIAS
    )
    return 1 / (1 + math.exp(-weighed))


def in_words(support_value: float) -> Confidence:
    """The word for a value of `support`."""
    if support_value >= WELL_SUPPORTED_FROM:
        return Confidence.WELL_SUPPORTED
    return Confidence.THIN if support_value >= NOTHING_BELOW else Confidence.NOTHING_FOUND
