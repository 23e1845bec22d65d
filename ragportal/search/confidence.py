"""How likely the best passages hold the answer: 0 to 1, from raw scores.

Fused scores cannot say it: min-max gives the best hit the same score whether it is good or bad. Three signs
can, and none of them grows with the size of the collection, as BM25 itself does:
the cosine of the nearest passage, how far the best BM25 stands out from the next nine, and how much of the question's
words the first passage has. A logistic function weighs them.

    manage.py fit_confidence FOLDER[:SPLIT] …

fits the coefficients on one half of the questions, and prints how well they tell, on the other half, questions whose
answer is there from the same questions with their documents out of reach.
"""

import math
import re
from collections.abc import Sequence
from dataclasses import astuple, dataclass

from ragportal.search.drafts import Draft
from ragportal.search.gather import Finding

NEXT_BEST = 9
STEM = 5
"""Letters of a word that are compared: enough to let "policies" meet "policy" in any language with endings."""

# The words English questions are made of. In other languages all words count, which lowers every question alike.
_FUNCTION_WORDS = frozenset(
    "a about after all also am an and any are as at be been before between both but by can could did do does during "
    "each for from get had has have he her him his how i if in into is it its just many may me more most much must my "
    "no not of off on one only or other our out over she should so some such than that the their them then there "
    "these they this those to too under until up us very was we were what when where which while who whom whose why "
    "will with would you your".split()
)
_WORD = re.compile(r"\w+")


@dataclass(frozen=True, slots=True)
class Signs:
    """What the confidence is made of, each about 0 to 1."""

    cosine: float
    bm25_lead: float
    covered: float


@dataclass(frozen=True, slots=True)
class Coefficients:
    """Of a logistic function of Signs."""

    intercept: float
    cosine: float
    bm25_lead: float
    covered: float


# `manage.py fit_confidence xquad`: reading questions over an encyclopedia, English, bge-small-en-v1.5. It printed for
# the 595 questions it was not fitted on: AUC 0.944; above 0.689 are 5 % of the unanswerable and 76 % of the answerable.
COEFFICIENTS = Coefficients(intercept=-7.616, cosine=3.22, bm25_lead=4.418, covered=5.672)


def signs(question: str, findings: Sequence[Finding], drafts: Sequence[Draft]) -> Signs:
    """The signs of one retrieval: `findings` is everything readable, `drafts` its passages, best first."""
    if not findings or not drafts:
        return Signs(0.0, 0.0, 0.0)
    return Signs(
        cosine=max(finding.hit.cosine for finding in findings),
        bm25_lead=_lead([finding.hit.bm25 for finding in findings]),
        covered=_covered(question, drafts[0]),
    )


def confidence(found: Signs, coefficients: Coefficients = COEFFICIENTS) -> float:
    """0 to 1; without any hit 0."""
    if found == Signs(0.0, 0.0, 0.0):
        return 0.0
    intercept, *weights = astuple(coefficients)
    logit = intercept + sum(weight * sign for weight, sign in zip(weights, astuple(found), strict=True))
    return 1 / (1 + math.exp(-max(-60.0, min(60.0, logit))))


def _lead(scores: Sequence[float]) -> float:
    """1 - (mean of the next best) / best; a score that is missing counts as 0."""
    best, *others = sorted(scores, reverse=True)
    return 1 - sum(others[:NEXT_BEST]) / NEXT_BEST / best if best > 0 else 0.0


def _covered(question: str, draft: Draft) -> float:
    """The share of the question's words that title, headings or text of the passage have."""
    words = set(_WORD.findall(question.lower()))
    asked = {word[:STEM] for word in words - _FUNCTION_WORDS or words}
    context = " ".join((draft.document.title, *draft.document.heading_path, draft.text))
    present = {word[:STEM] for word in _WORD.findall(context.lower())}
    return len(asked & present) / len(asked) if asked else 0.0
