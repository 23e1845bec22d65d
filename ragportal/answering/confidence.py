"""How far the sources support an answer, in three words.

A logistic regression on three things that mean the same in any collection: the share of the question's terms in the
best unit, their share in its passage, and the cosine of the unit with the question. Fitted on one half of the
questions of a public set, each asked twice: with and without the document that answers it
(`python -m tests.bench.bench_answers --fit`); the thresholds are chosen there too.
"""

import math
from dataclasses import dataclass

from ragportal.answering.generate import Draft
from ragportal.answering.results import Confidence

_WEIGHTS = (2.49, 5.22, 13.9)  # of Evidence, in its order
_CONSTANT = -12.55

WELL_SUPPORTED_FROM = 0.73
"""At most 5 % of the questions whose document is forbidden reach this."""
NOTHING_BELOW = 0.13
"""Hardly one question with a readable answer stays below this."""


@dataclass(frozen=True, slots=True)
class Evidence:
    """What the confidence is made of: two shares from 0 to 1, and a cosine."""

    coverage: float
    passage_coverage: float
    cosine: float

    def as_features(self) -> tuple[float, float, float]:
        return self.coverage, self.passage_coverage, self.cosine


def evidence_of(draft: Draft) -> Evidence:
    """The evidence of a draft's best unit."""
    return Evidence(draft.coverage, draft.passage_coverage, draft.cosine)


def support(draft: Draft) -> float:
    """0 to 1: how likely the draft answers the question; 0 for an empty draft."""
    if not draft.units:
        return 0.0
    weighed = sum(weight * sign for weight, sign in zip(_WEIGHTS, evidence_of(draft).as_features(), strict=True))
    return 1 / (1 + math.exp(-(weighed + _CONSTANT)))


def in_words(support_value: float) -> Confidence:
    """The word for a value of `support`."""
    if support_value >= WELL_SUPPORTED_FROM:
        return Confidence.WELL_SUPPORTED
    return Confidence.THIN if support_value >= NOTHING_BELOW else Confidence.NOTHING_FOUND
