"""How good answers are, counted: containment, confidence by kind of question, and the fit of the confidence."""

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from ragportal.answering.generate import Draft
from ragportal.answering.results import Answer, Confidence

FALSE_ALLOWED = 0.045  # of the public set's fitting half, so that the other half stays below 5 %
FALSE_ALLOWED_COMPANY = 0.1  # of the company's: other documents say a part of it
LOST_ALLOWED = 0.02


@dataclass(frozen=True)
class Asked:
    """What came of a question, allowed (None: nobody could answer it) and with its documents forbidden."""

    expected: tuple[str, ...]
    allowed: Answer | None
    forbidden: Answer


@dataclass(frozen=True)
class Drafted:
    """The same before confidence may withhold anything."""

    expected: tuple[str, ...]
    allowed: Draft | None
    forbidden: Draft


def holds(text: str, reference: str) -> bool:
    """Whether the words of the reference stand in the text, in order; case and punctuation aside."""
    return bare(reference) in bare(text)


def bare(text: str) -> str:
    """The words alone, with a space around each."""
    return " " + "".join(f"{word} " for word in re.findall(r"[^\W_]+", text.lower()))


def containment(asked: Sequence[Asked]) -> dict[str, object]:
    answers = [(one.allowed, one.expected) for one in asked if one.allowed is not None]
    shown = sum(all(holds(answer.text, text) for text in expected) for answer, expected in answers)
    units = Counter(len(answer.sentences) for answer, _ in answers)
    return {
        "containment": {
            "questions": len(answers),
            "shown": round(shown / len(answers), 4),
            "units": {str(count): number for count, number in sorted(units.items())},
        }
    }


def rates(asked: Sequence[Asked], half: str) -> dict[str, object]:
    def shares(answers: Sequence[Answer]) -> dict[str, float]:
        counted = Counter(answer.confidence for answer in answers)
        return {str(word): round(counted[word] / len(answers), 4) for word in Confidence} if answers else {}

    return {
        "confidence": {
            "half": half,
            "answerable": shares([one.allowed for one in asked if one.allowed is not None]),
            "forbidden": shares([one.forbidden for one in asked if one.allowed is not None]),
            "unanswerable": shares([one.forbidden for one in asked if one.allowed is None]),
        }
    }


def fitted(
    public: tuple[Sequence[Drafted], Sequence[Drafted]], company: tuple[Sequence[Drafted], Sequence[Drafted]]
) -> dict[str, object]:
    """Weights and thresholds from the first half of each set, and what they do on the second."""
    weights = _logistic_regression([public[0], company[0]])
    well = max(
        float(np.quantile(_features(public[0], "forbidden") @ weights, 1 - FALSE_ALLOWED)),
        float(np.quantile(_features(company[0], "forbidden") @ weights, 1 - FALSE_ALLOWED_COMPANY)),
    )
    nothing = min(
        float(np.quantile(_features(half, "allowed") @ weights, LOST_ALLOWED)) for half in (public[0], company[0])
    )
    contained = [
        all(holds(" ".join(unit.text for unit in one.allowed.units), text) for text in one.expected)
        for half in public
        for one in half
        if one.allowed is not None
    ]
    return {
        "fit": {
            "weights": [round(float(weight), 2) for weight in weights],
            "well_supported_from": round(_sigmoid(well), 3),
            "nothing_below": round(_sigmoid(nothing), 3),
            "other_half": _effect(public[1], weights, well, nothing),
            "other_half_company": _effect(company[1], weights, well, nothing),
            "containment_before_confidence": round(sum(contained) / len(contained), 4),
        }
    }


def _effect(drafts: Sequence[Drafted], weights: NDArray[np.float64], well: float, nothing: float) -> dict[str, object]:
    return {
        kind: {
            "well supported": round(float((_features(drafts, kind) @ weights >= well).mean()), 4),
            "nothing found": round(float((_features(drafts, kind) @ weights < nothing).mean()), 4),
        }
        for kind in ("allowed", "forbidden")
    }


def _sigmoid(value: float) -> float:
    return float(1 / (1 + np.exp(-value)))


def _features(drafts: Sequence[Drafted], kind: str) -> NDArray[np.float64]:
    """Shape (drafts of that kind, features + 1): the evidence and a constant; `kind`: allowed or forbidden."""
    wanted = [draft for one in drafts if (draft := getattr(one, kind)) is not None]
    return np.array([[*draft.evidence.as_features(), 1.0] for draft in wanted])


def _logistic_regression(halves: Sequence[Sequence[Drafted]], ridge: float = 1e-4) -> NDArray[np.float64]:
    """Weights by Newton's method (iteratively reweighted least squares); the last one, the constant, is not shrunk.

    Each half counts the same, and in it allowed and forbidden questions do.
    """
    blocks = [(_features(half, kind), kind == "allowed") for half in halves for kind in ("allowed", "forbidden")]
    rows = np.vstack([block for block, _ in blocks])
    wanted = np.concatenate([np.full(len(block), float(positive)) for block, positive in blocks])
    counts = np.concatenate([np.full(len(block), 1 / len(block) / len(blocks)) for block, _ in blocks])
    penalty = np.diag([ridge] * (rows.shape[1] - 1) + [0.0])
    weights = np.zeros(rows.shape[1])
    for _ in range(40):
        predicted = 1 / (1 + np.exp(-rows @ weights))
        gradient = rows.T @ (counts * (predicted - wanted)) + penalty @ weights
        curvature = (rows * (counts * predicted * (1 - predicted))[:, None]).T @ rows + penalty
        weights -= np.linalg.solve(curvature, gradient)
    return weights
