"""The extractive generator: picks what answers out of the passages. No language model, nothing invented."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from integrations.embeddings.base import Embedder
from ragportal.answering.evidence import NO_EVIDENCE, Evidence, evidence_for
from ragportal.answering.picking import in_reading_order, pick, with_antecedent
from ragportal.answering.question import Question, Wanted
from ragportal.answering.scoring import Scorer
from ragportal.answering.units import Unit, WholeVersion, lists_beyond, units_of
from ragportal.search.results import Passage

PASSAGES_READ = 8
"""Passages whose units are looked at; answers found only below are right too rarely to be shown."""


@dataclass(frozen=True, slots=True)
class Draft:
    """Units in reading order, and the evidence for them. `tokens`: how many were embedded to compare them."""

    units: tuple[Unit, ...]
    evidence: Evidence
    tokens: int = 0


def generate(
    question: Question,
    passages: Sequence[Passage],
    versions: Mapping[int, WholeVersion],
    embedder: Embedder,
    vector: NDArray[np.float32],
) -> Draft:
    """A draft of at most three units; none where no passage holds any.

    `versions`: of the passages, by id; `vector`: of the question.
    """
    units = _units(question, passages[:PASSAGES_READ], versions)
    if not units:
        return Draft((), NO_EVIDENCE)
    scorer = Scorer(units, embedder, vector)
    whole = scorer.scored(question)
    parts = [scorer.scored(part, part=True) for part in question.parts]
    chosen = with_antecedent(pick(whole, parts), whole, explains=question.wanted is Wanted.DEFINITION)
    return Draft(
        units=tuple(in_reading_order(chosen)),
        evidence=evidence_for(chosen, whole, passages),
        tokens=scorer.tokens,
    )


def _units(question: Question, passages: Sequence[Passage], versions: Mapping[int, WholeVersion]) -> list[Unit]:
    """What each passage says, and, where a list is wanted, what the sections of its version list."""
    lists = any(asked.wanted in {Wanted.LISTING, Wanted.REASON} for asked in (question, *question.parts))
    units: list[Unit] = []
    outlined: set[int] = set()
    for rank, passage in enumerate(passages):
        whole = versions.get(passage.version_id)
        if whole is None:
            continue
        units += units_of(passage, whole.text, rank)
        if lists and passage.version_id not in outlined:
            outlined.add(passage.version_id)
            units += lists_beyond(passage, whole, rank)
    return units
