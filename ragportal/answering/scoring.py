"""How well each unit answers a question: words first, meaning for the few best.

All features are shares or ranks, so that they mean the same for any collection and any embedding model.
The weights are those of a listwise logistic regression on 595 of the 1,190 questions of a public set, rounded; the
other half and a second set agreed. See tests/bench/bench_answers.py.
"""

import math
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from integrations.embeddings.base import Embedder
from ragportal.answering.answer_shape import fits
from ragportal.answering.question import Question, Wanted
from ragportal.answering.terms import stems
from ragportal.answering.units import Shape, Unit

UNITS_EMBEDDED = 8
"""Units compared by meaning at most, chosen by words. On a quiet core one costs 6 ms; 24 found no more answers."""
TOKENS_EMBEDDED = 80
"""Tokens of a unit that are embedded; longer ones rarely answer, and each token costs."""

_COVERS = 1.0  # the unit itself holds the question's terms
_NEARBY = 0.85  # it or its neighbours, lead-in and headings do
_PASSAGE = 0.45  # its passage does
_PAIRS = 0.1  # neighbouring terms stand together
_RANK = 1.2  # the passage is high in the search
_FITS = 0.5  # it holds a number, date, name or reason where one is wanted
_MEANING = 0.33  # standard deviations of its cosine above the other candidates, within ±2
_OPENS_SECTION = 0.4  # the first unit under a heading that holds the question's terms
_WANTED_SHAPE = 0.6  # a list where one is wanted
_ONE_OF_MANY = -1.0  # one item where the list it is in is wanted
_TOO_MUCH = -0.3  # a whole list where neither list nor steps are wanted
_SAYS_NOTHING = -1.0  # nothing beyond the question and its own headings
_ASKS = -2.0  # a question is no answer, though what follows it may be
_NOT_CURRENT = -0.5
_LISTS_ANSWER = frozenset({Wanted.LISTING, Wanted.REASON, Wanted.STEPS})
_SHARPNESS = 3.3  # from scores to shares of belief
_REACH = 3 * _MEANING  # further below the best by words, hardly any cosine brings a unit to the top
_FLAT_COSINES = 0.01


@dataclass(frozen=True, slots=True)
class ScoredUnit:
    """`belief`: 0 to 1, the share of belief that this unit answers, among all units of the question.

    `coverage`, `passage_coverage`: share of the question's terms, weighted by rarity, in the unit with its lead-in
    and headings, and in its passage. `cosine` is None where the unit was not compared by meaning.
    """

    unit: Unit
    score: float
    belief: float
    coverage: float
    passage_coverage: float
    cosine: float | None
    stems: frozenset[str]


@dataclass(frozen=True, slots=True)
class _Read:
    """A unit as stems, prepared once for all parts of a question."""

    unit: Unit
    order: tuple[str, ...]
    own: frozenset[str]
    context: frozenset[str]


class Scorer:
    """Scores the units of one retrieval for its question and the parts of it. Not thread-safe; one per question."""

    def __init__(self, units: Sequence[Unit], embedder: Embedder) -> None:
        self._units = [_read(unit) for unit in units]
        self._embedder = embedder
        self._vectors: dict[int, NDArray[np.float32]] = {}
        self.tokens = 0
        self._best_rank = max((unit.passage.score for unit in units), default=0.0) or 1.0

    def scored(self, question: Question) -> list[ScoredUnit]:
        """All units, best first; ties keep the order of the text."""
        if not self._units:
            return []
        rarity = self._rarity(question)
        coverages = [_share(rarity, read.own | read.context) for read in self._units]
        passages = self._passage_coverages(rarity)
        scores = np.array(
            [
                self._score(position, question, rarity, passages[read.unit.rank])
                for position, read in enumerate(self._units)
            ]
        )
        cosines = self._cosines(question, scores)
        for position, lift in _lifts(cosines).items():
            scores[position] += _MEANING * lift
        beliefs = np.exp(_SHARPNESS * (scores - scores.max()))
        beliefs /= beliefs.sum()
        return [
            ScoredUnit(
                unit=self._units[position].unit,
                score=float(scores[position]),
                belief=float(beliefs[position]),
                coverage=coverages[position],
                passage_coverage=passages[self._units[position].unit.rank],
                cosine=cosines.get(position),
                stems=self._units[position].own,
            )
            for position in np.argsort(-scores, kind="stable")
        ]

    def _rarity(self, question: Question) -> dict[str, float]:
        """Inverse document frequency of each term among the units; a term that none holds weighs most."""
        frequency = Counter(term for read in self._units for term in read.own.intersection(question.terms))
        count = len(self._units)
        return {
            term: math.log(1 + (count - frequency[term] + 0.5) / (frequency[term] + 0.5)) for term in question.terms
        }

    def _passage_coverages(self, rarity: dict[str, float]) -> dict[int, float]:
        together: dict[int, set[str]] = {}
        for read in self._units:
            together.setdefault(read.unit.rank, set()).update(read.own, read.context)
        return {rank: _share(rarity, held) for rank, held in together.items()}

    def _score(self, position: int, question: Question, rarity: dict[str, float], passage_coverage: float) -> float:
        read = self._units[position]
        unit = read.unit
        pairs = question.term_pairs
        # A list is about what its heading says; a sentence must say it itself.
        whole_list = unit.shape in {Shape.LISTING, Shape.OUTLINE}
        coverage = _share(rarity, read.own | read.context if whole_list else read.own)
        nearby = _share(rarity, self._surroundings(position))
        score = (
            _COVERS * coverage
            + _NEARBY * nearby
            + _PASSAGE * passage_coverage
            + _PAIRS * (len(pairs.intersection(pairwise(read.order))) / len(pairs) if pairs else 0.0)
            + _RANK * unit.passage.score / self._best_rank
            + _FITS * fits(unit.text, question.wanted, frozenset(question.terms))
        )
        if unit.opens_section:
            score += _OPENS_SECTION * _share(rarity, read.context)
        score += _shape_bonus(unit, question.wanted, coverage)
        if read.own <= read.context | set(question.terms):
            score += _SAYS_NOTHING
        if unit.text.endswith(("?", "？", "؟")):
            score += _ASKS
        if unit.passage.status != "current":
            score += _NOT_CURRENT
        return score

    def _surroundings(self, position: int) -> set[str]:
        """The stems of a unit, its context and the units before and after it in the same passage."""
        held: set[str] = set()
        rank = self._units[position].unit.rank
        for read in self._units[max(0, position - 1) : position + 2]:
            if read.unit.rank == rank:
                held |= read.own | read.context
        return held

    def _cosines(self, question: Question, scores: NDArray[np.float64]) -> dict[int, float]:
        """Position -> cosine with the question, for the best units by words."""
        within_reach = scores >= scores.max() - _REACH
        chosen = [int(place) for place in np.argsort(-scores, kind="stable")[:UNITS_EMBEDDED] if within_reach[place]]
        missing = [position for position in chosen if position not in self._vectors]
        texts = [self._embedded_text(self._units[position].unit) for position in missing]
        for position, vector in zip(missing, self._embedder.embed_documents(texts), strict=True):
            self._vectors[position] = vector
        asked = self._embedder.embed_question(question.text)
        self.tokens += len(self._embedder.token_offsets(question.text))
        return {position: float(self._vectors[position] @ asked) for position in chosen}

    def _embedded_text(self, unit: Unit) -> str:
        """The unit under its heading, cut to what is worth embedding."""
        heading = unit.headings[-1] if unit.headings else ""
        text = f"{heading}: {unit.text}" if heading and unit.opens_section else unit.text
        room = min(TOKENS_EMBEDDED, self._embedder.window - self._embedder.special_tokens)
        offsets = self._embedder.token_offsets(text)
        self.tokens += min(len(offsets), room)
        return text if len(offsets) <= room else text[: offsets[room - 1][1]]


def _read(unit: Unit) -> _Read:
    order = tuple(stems(unit.text))
    return _Read(unit, order, frozenset(order), frozenset(stems(unit.context)))


def _share(rarity: dict[str, float], held: frozenset[str] | set[str]) -> float:
    total = sum(rarity.values())
    return sum(weight for term, weight in rarity.items() if term in held) / total if total else 0.0


def _lifts(cosines: dict[int, float]) -> dict[int, float]:
    """Cosines in standard deviations from their mean, within ±2: models differ in the range they use."""
    values = np.array(list(cosines.values()))
    lifts = np.clip((values - values.mean()) / (values.std() + _FLAT_COSINES), -2.0, 2.0)
    return dict(zip(cosines, lifts.tolist(), strict=True))


def _shape_bonus(unit: Unit, wanted: Wanted, coverage: float) -> float:
    if unit.shape in {Shape.LISTING, Shape.OUTLINE}:
        return _WANTED_SHAPE * coverage if wanted in _LISTS_ANSWER else _TOO_MUCH
    return _ONE_OF_MANY if unit.in_list and wanted in _LISTS_ANSWER else 0.0
