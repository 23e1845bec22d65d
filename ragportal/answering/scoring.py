"""How well each unit answers a question: words first, meaning for the few best.

All features are shares or ranks, so that they mean the same for any collection and any embedding model.
The weights of the first seven began as those of a listwise logistic regression on 595 of the 1,190 questions of a
public set, rounded; the others are judgements, held against the development half of examples/company/questions.yaml.
See tests/bench/bench_answers.py.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from integrations.embeddings.base import Embedder
from ragportal.answering.answer_shape import fits
from ragportal.answering.question import Question, Wanted
from ragportal.answering.source_text import QUESTION_MARKS, Shape
from ragportal.answering.units import Unit
from ragportal.answering.wording import (
    ReadUnit,
    agrees_in_negation,
    defines,
    heading_match,
    newness,
    points_elsewhere,
    rarity,
    read,
    share,
    title_match,
)

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
_HEADING = 1.3  # a heading or the title names what is asked, and nothing else
_TITLE = 0.7  # of the title's words, those that the question has: pages of others name them in their titles
_DEEP = -0.1  # for each level that the document's address is below the shallowest of those found
_SAYS_SOMETHING = 0.3  # words beyond the question and the headings
_DEFINES = 0.6  # begins with what is asked and says what it is
_NEGATION = 0.6  # says what is not so, where that is asked
_WANTED_SHAPE = 0.6  # a list where one is wanted
_OTHER_CONTENTS = 0.8  # the sub-headings of another section than the one that is named
_NO_CONTENTS = -3.0  # sub-headings where no list is wanted
_ONE_OF_MANY = -1.0  # one item where the list it is in is wanted
_TOO_MUCH = -0.3  # a whole list where neither list nor steps are wanted
_SAYS_NOTHING = -1.0  # nothing beyond the question and its own headings
_POINTS_ELSEWHERE = -1.0  # only tells where to read on
_ASKS = -2.0  # a question is no answer, though what follows it may be
_NOT_CURRENT = -0.5
LISTS_ANSWER = frozenset({Wanted.LISTING, Wanted.REASON, Wanted.STEPS})
_SHARPNESS = 3.3  # from scores to shares of belief
_REACH = 3 * _MEANING  # further below the best by words, hardly any cosine brings a unit to the top
_FLAT_COSINES = 0.01


@dataclass(frozen=True, slots=True)
class ScoredUnit:
    """`belief`: 0 to 1, the share of belief that this unit answers, among all units of the question.

    `nearby`: the share of the question's terms, weighted by rarity, in the unit, its neighbours and their headings.
    `heading`, `newness`, `fit`: see wording.py and answer_shape.py. `cosine` is None where the unit was not compared by
    meaning.
    """

    unit: Unit
    score: float
    belief: float
    nearby: float
    heading: float
    newness: float
    fit: float
    cosine: float | None
    stems: frozenset[str]


@dataclass(frozen=True, slots=True)
class _Worded:
    """What the words of one unit tell."""

    score: float
    nearby: float
    heading: float
    newness: float
    fit: float


class Scorer:
    """Scores the units of one retrieval for its question and the parts of it. Not thread-safe; one per question.

    `vector`: of the whole question, as the search embedded it.
    """

    def __init__(self, units: Sequence[Unit], embedder: Embedder, vector: NDArray[np.float32]) -> None:
        self._units = [read(unit) for unit in units]
        self._embedder = embedder
        self._asked = vector
        self._vectors: dict[int, NDArray[np.float32]] = {}
        self._shallowest = min((one.depth for one in self._units), default=0)
        self.tokens = 0
        self._best_rank = max((unit.passage.score for unit in units), default=0.0) or 1.0

    def scored(self, question: Question, *, part: bool = False) -> list[ScoredUnit]:
        """All units, best first; ties keep the order of the text. `part`: this is not the whole question."""
        if not self._units:
            return []
        weights = rarity(question, self._units)
        passages = self._passage_coverages(weights)
        worded = [
            self._worded(position, question, weights, passages[one.unit.rank])
            for position, one in enumerate(self._units)
        ]
        scores = np.array([one.score for one in worded])
        cosines = self._cosines(scores, self._part_vector(question) if part else self._asked)
        for position, lift in _lifts(cosines).items():
            scores[position] += _MEANING * lift
        beliefs = np.exp(_SHARPNESS * (scores - scores.max()))
        beliefs /= beliefs.sum()
        return [
            ScoredUnit(
                unit=self._units[position].unit,
                score=float(scores[position]),
                belief=float(beliefs[position]),
                nearby=worded[position].nearby,
                heading=worded[position].heading,
                newness=worded[position].newness,
                fit=worded[position].fit,
                cosine=cosines.get(position),
                stems=self._units[position].own,
            )
            for position in np.argsort(-scores, kind="stable")
        ]

    def _passage_coverages(self, weights: Mapping[str, float]) -> dict[int, float]:
        together: dict[int, set[str]] = {}
        for one in self._units:
            together.setdefault(one.unit.rank, set()).update(one.own, one.context)
        return {rank: share(weights, held) for rank, held in together.items()}

    def _worded(
        self, position: int, question: Question, weights: Mapping[str, float], passage_coverage: float
    ) -> _Worded:
        one = self._units[position]
        unit = one.unit
        pairs = question.term_pairs
        # A list is about what its heading says; a sentence must say it itself.
        is_about = unit.shape.is_list and question.wanted in LISTS_ANSWER
        coverage = share(weights, one.own | one.context if is_about else one.own)
        nearby = share(weights, self._surroundings(position))
        heading = heading_match(one, question)
        new = newness(one, question)
        defined = defines(unit, question)
        fit = fits(unit.text, question.wanted, frozenset(question.terms))
        score = (
            _COVERS * coverage
            + _NEARBY * nearby
            + _PASSAGE * passage_coverage
            + _PAIRS * (len(pairs.intersection(pairwise(one.order))) / len(pairs) if pairs else 0.0)
            + _RANK * unit.passage.score / self._best_rank
            + _FITS * fit
            + _HEADING * heading
            + _TITLE * title_match(one, question)
            + _DEEP * (one.depth - self._shallowest)
            + _SAYS_SOMETHING * new
            + _DEFINES * defined
            + _NEGATION * agrees_in_negation(unit, question)
            + _OPENS_SECTION * (share(weights, one.context) if unit.opens_section else 0.0)
            + _shape_bonus(unit, question.wanted, coverage, heading)
            + _flaws(one, question)
        )
        return _Worded(score, nearby, heading, new, defined if question.wanted is Wanted.DEFINITION else fit)

    def _surroundings(self, position: int) -> set[str]:
        """The stems of a unit, its context and the units before and after it in the same passage."""
        held: set[str] = set()
        passage = self._units[position].unit.passage
        for one in self._units[max(0, position - 1) : position + 2]:
            if one.unit.passage is passage:
                held |= one.own | one.context
        return held

    def _cosines(self, scores: NDArray[np.float64], asked: NDArray[np.float32]) -> dict[int, float]:
        """Position -> cosine with the question, for the best units by words."""
        within_reach = scores >= scores.max() - _REACH
        chosen = [int(place) for place in np.argsort(-scores, kind="stable")[:UNITS_EMBEDDED] if within_reach[place]]
        missing = [position for position in chosen if position not in self._vectors]
        texts = [self._embedded_text(self._units[position].unit) for position in missing]
        for position, vector in zip(missing, self._embedder.embed_documents(texts), strict=True):
            self._vectors[position] = vector
        return {position: float(self._vectors[position] @ asked) for position in chosen}

    def _part_vector(self, question: Question) -> NDArray[np.float32]:
        self.tokens += len(self._embedder.token_offsets(question.text))
        return self._embedder.embed_question(question.text)

    def _embedded_text(self, unit: Unit) -> str:
        """The unit under its heading, cut to what is worth embedding."""
        heading = unit.headings[-1] if unit.headings else ""
        text = f"{heading}: {unit.text}" if heading and unit.opens_section else unit.text
        room = min(TOKENS_EMBEDDED, self._embedder.window - self._embedder.special_tokens)
        offsets = self._embedder.token_offsets(text)
        self.tokens += min(len(offsets), room)
        return text if len(offsets) <= room else text[: offsets[room - 1][1]]


def _lifts(cosines: dict[int, float]) -> dict[int, float]:
    """Cosines in standard deviations from their mean, within ±2: models differ in the range they use."""
    values = np.array(list(cosines.values()))
    lifts = np.clip((values - values.mean()) / (values.std() + _FLAT_COSINES), -2.0, 2.0)
    return dict(zip(cosines, lifts.tolist(), strict=True))


def _shape_bonus(unit: Unit, wanted: Wanted, coverage: float, heading: float) -> float:
    if unit.shape is Shape.CONTENTS:
        return _WANTED_SHAPE * coverage - _OTHER_CONTENTS * (1 - heading) if wanted is Wanted.LISTING else _NO_CONTENTS
    if unit.shape.is_list:
        return _WANTED_SHAPE * coverage if wanted in LISTS_ANSWER else _TOO_MUCH
    return _ONE_OF_MANY if unit.in_list and wanted in LISTS_ANSWER else 0.0


def _flaws(one: ReadUnit, question: Question) -> float:
    unit = one.unit
    return (
        _SAYS_NOTHING * (one.own <= one.context | set(question.terms))
        + _POINTS_ELSEWHERE * points_elsewhere(unit)
        + _ASKS * unit.text.endswith(QUESTION_MARKS)
        + _NOT_CURRENT * (unit.passage.status != "current")
    )
