"""Fitting the confidence: signs of questions whose answer is there, and of the same questions with it out of reach."""

from collections.abc import Callable, Collection, Sequence
from dataclasses import astuple, dataclass

import numpy as np
from numpy.typing import NDArray

from ragportal.access.asker import Situation
from ragportal.access.models import Channel
from ragportal.access.scope import AccessScope, scope_for
from ragportal.common.engines import the_embedder
from ragportal.evaluation.beir import BeirSet
from ragportal.evaluation.retrieval import company_with
from ragportal.search.confidence import Coefficients, Signs, signs
from ragportal.search.drafts import by_standing, join_neighbours
from ragportal.search.gather import gather
from ragportal.search.services import CHUNKS_PER_PASSAGE, PASSAGES, prepare_question
from ragportal.search.stages import Stages

RIDGE = 1e-3
STEPS = 50
FALSE_ALARMS = 0.05


@dataclass(frozen=True, slots=True)
class Samples:
    """Signs of each question twice: with its documents in reach and without them."""

    answerable: tuple[Signs, ...]
    unanswerable: tuple[Signs, ...]

    def half(self, which: int) -> "Samples":
        """Every second question, from the first (0) or the second (1) on."""
        return Samples(self.answerable[which::2], self.unanswerable[which::2])


@dataclass(frozen=True, slots=True)
class Separation:
    """How well a confidence tells the two apart: area under the ROC curve, the threshold that 5 % of the unanswerable
    exceed, and the share of the answerable above it."""

    auc: float
    threshold: float
    kept: float


def collect(*, dataset: BeirSet, progress: Callable[[str, int], None]) -> Samples:
    """The signs of every judged query, in a throw-away company that has the data set."""
    answerable: list[Signs] = []
    unanswerable: list[Signs] = []
    with company_with(dataset, progress) as (asker, names):
        numbers = {name: number for number, name in names.items()}
        scope = scope_for(asker, Situation(Channel.COMMAND_LINE))
        for count, (query, text) in enumerate(dataset.queries.items(), start=1):
            relevant = {numbers[name] for name in dataset.judgements[query] if name in numbers}
            with_it, without_it = _signs(text, scope, relevant)
            answerable.append(with_it)
            unanswerable.append(without_it)
            progress("asked", count)
    return Samples(tuple(answerable), tuple(unanswerable))


def fit(samples: Sequence[Samples]) -> Coefficients:
    """Logistic regression by Newton's method; each set counts the same, however many questions it has."""
    rows = [(row, label, 1 / len(kind)) for one in samples for kind, label in _labelled(one) for row in kind]
    design = np.array([[1.0, *astuple(row)] for row, _, _ in rows])
    labels = np.array([label for _, label, _ in rows])
    weights = np.array([weight for _, _, weight in rows])
    weights *= len(rows) / weights.sum()
    penalty = RIDGE * len(rows) * np.diag([0.0, *np.ones(design.shape[1] - 1)])
    solution = np.zeros(design.shape[1])
    for _ in range(STEPS):
        chance = 1 / (1 + np.exp(-design @ solution))
        gradient = design.T @ (weights * (chance - labels)) + penalty @ solution
        curvature = (design.T * (weights * chance * (1 - chance))) @ design + penalty
        solution -= np.linalg.solve(curvature, gradient)
    return Coefficients(*(round(float(number), 3) for number in solution))


def separation(answerable: Sequence[float], unanswerable: Sequence[float]) -> Separation:
    """Compare the confidences of both kinds."""
    yes, no = np.sort(np.array(answerable)), np.sort(np.array(unanswerable))
    threshold = float(np.quantile(no, 1 - FALSE_ALARMS))
    return Separation(auc=_auc(yes, no), threshold=threshold, kept=float((yes > threshold).mean()))


def _auc(yes: NDArray[np.float64], no: NDArray[np.float64]) -> float:
    """How often a `yes` exceeds a `no`, ties counted half; both ascending."""
    below = np.searchsorted(no, yes, side="left") + np.searchsorted(no, yes, side="right")
    return float(below.mean() / 2 / len(no))


def _labelled(one: Samples) -> tuple[tuple[tuple[Signs, ...], float], ...]:
    return (one.answerable, 1.0), (one.unanswerable, 0.0)


def _signs(question: str, scope: AccessScope, relevant: Collection[int]) -> tuple[Signs, Signs]:
    prepared = prepare_question(question, Stages())
    gathered = gather(
        prepared.query,
        scope,
        covered=the_embedder().languages,
        wanted=PASSAGES * CHUNKS_PER_PASSAGE,
        documents=PASSAGES,
    )
    others = tuple(finding for finding in gathered.findings if finding.chunk.document not in relevant)
    with_it, without_it = (
        signs(prepared.text, findings, by_standing(join_neighbours(findings)))
        for findings in (gathered.findings, others)
    )
    return with_it, without_it
