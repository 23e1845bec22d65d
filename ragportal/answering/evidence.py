"""What speaks for an answer, beside its words: numbers that mean the same in any collection."""

from collections.abc import Sequence
from dataclasses import astuple, dataclass

from ragportal.answering.scoring import ScoredUnit
from ragportal.search.results import Passage

NEXT_BEST = 7


@dataclass(frozen=True, slots=True)
class Evidence:
    """Each from 0 to 1, but for `cosine`, which an embedding model may bring down to -1.

    `nearby`: the share of the question's terms, by rarity, in the best unit, its neighbours and their headings.
    `heading`: how far a heading names what is asked. `fit`: whether the wanted kind of answer is there. `newness`: how
    much it says beyond the question. `lead`: how far its document stands out in the search by words. `agreement`: the
    share of belief that all units of its document have.
    """

    nearby: float = 0.0
    cosine: float = 0.0
    heading: float = 0.0
    fit: float = 0.0
    newness: float = 0.0
    lead: float = 0.0
    agreement: float = 0.0

    def as_features(self) -> tuple[float, ...]:
        """In the order of the fields."""
        return astuple(self)


NO_EVIDENCE = Evidence()


def evidence_for(chosen: Sequence[ScoredUnit], scored: Sequence[ScoredUnit], passages: Sequence[Passage]) -> Evidence:
    """The evidence for the chosen units, of which the one that the whole question believes in most speaks."""
    taken = {id(candidate.unit) for candidate in chosen}
    best = next(candidate for candidate in scored if id(candidate.unit) in taken)
    document = best.unit.passage.document_id
    return Evidence(
        nearby=best.nearby,
        cosine=best.cosine or 0.0,
        heading=best.heading,
        fit=best.fit,
        newness=best.newness,
        lead=_lead(document, passages),
        agreement=sum(one.belief for one in scored if one.unit.passage.document_id == document),
    )


def _lead(document: int, passages: Sequence[Passage]) -> float:
    """1 minus the mean BM25 of the best other documents as a share of this one's; 0 where others are above it."""
    own = max((passage.bm25 for passage in passages if passage.document_id == document), default=0.0)
    others = sorted((passage.bm25 for passage in passages if passage.document_id != document), reverse=True)
    return max(0.0, 1 - sum(others[:NEXT_BEST]) / NEXT_BEST / own) if own > 0 else 0.0
