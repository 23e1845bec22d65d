"""How far the sources support an answer, in three words.

A logistic regression on `Evidence`, fitted on questions that were each asked twice, with and without the document
that answers them: one half of a public set of encyclopaedia paragraphs, and the development half of
examples/company/questions.yaml, both with the same weight. The thresholds are chosen there too; what they do on the
halves not used is what `python -m tests.bench.bench_answers --data FOLDER --fit` prints.
"""

import math

from ragportal.answering.generate import Draft
from ragportal.answering.results import Confidence

_WEIGHTS = (2.78, 13.99, 0.99, 1.01, 1.58, 1.5, 3.88)  # of Evidence, in its order
_CONSTANT = -16.73

WELL_SUPPORTED_FROM = 0.73
"""At most 5 % of the questions whose document is forbidden reach this."""
NOTHING_BELOW = 0.09
"""Hardly one question with a readable answer stays below this."""


def support(draft: Draft) -> float:
    """0 to 1: how likely the draft answers the question; 0 for an empty draft."""
    if not draft.units:
        return 0.0
    weighed = sum(weight * sign for weight, sign in zip(_WEIGHTS, draft.evidence.as_features(), strict=True))
    return 1 / (1 + math.exp(-(weighed + _CONSTANT)))


def in_words(support_value: float) -> Confidence:
    """The word for a value of `support`."""
    if support_value >= WELL_SUPPORTED_FROM:
        return Confidence.WELL_SUPPORTED
    return Confidence.THIN if support_value >= NOTHING_BELOW else Confidence.NOTHING_FOUND
