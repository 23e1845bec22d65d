"""The extractive generator: picks what answers out of the passages. No language model, nothing invented."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from integrations.embeddings.base import Embedder
from ragportal.answering.picking import in_reading_order, pick, with_antecedent
from ragportal.answering.question import Question
from ragportal.answering.scoring import ScoredUnit, Scorer
from ragportal.answering.units import Unit, units_of
from ragportal.search.results import Passage

PASSAGES_READ = 8
"""Passages whose units are looked at; answers found only below are right too rarely to be shown."""


@dataclass(frozen=True, slots=True)
class Draft:
    """Units in reading order, and the evidence of the best one: shares 0 to 1, and a raw cosine.

    `tokens`: how many were embedded to compare them.
    """

    units: tuple[Unit, ...]
    coverage: float
    passage_coverage: float
    cosine: float
    tokens: int = 0


def generate(
    question: Question, passages: Sequence[Passage], texts: Mapping[int, str], embedder: Embedder
) -> Draft:
    """A draft of at most three units; none where no passage holds any. `texts`: of the passages' versions, by id."""
    units = [
        unit
        for rank, passage in enumerate(passages[:PASSAGES_READ])
        if passage.version_id in texts
        for unit in units_of(passage, texts[passage.version_id], rank)
    ]
    if not units:
        return Draft((), 0.0, 0.0, 0.0)
    scorer = Scorer(units, embedder)
    whole = scorer.scored(question)
    chosen = with_antecedent(pick(whole, [scorer.scored(part) for part in question.parts]), whole)
    best = _best(whole, chosen)
    return Draft(
        units=tuple(in_reading_order(chosen)),
        coverage=best.coverage,
        passage_coverage=best.passage_coverage,
        cosine=best.cosine or 0.0,
        tokens=scorer.tokens,
    )


def _best(whole: Sequence[ScoredUnit], chosen: Sequence[ScoredUnit]) -> ScoredUnit:
    """The chosen unit that the whole question believes in most."""
    taken = {id(candidate.unit) for candidate in chosen}
    return next(candidate for candidate in whole if id(candidate.unit) in taken)
