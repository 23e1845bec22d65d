"""One ranking from two: a convex combination of min-max normalised scores.

Reciprocal rank fusion was 2 to 4 points of nDCG@10 below this on every data set tried; it throws away how far
apart two hits are. See docs/retrieval.md for the numbers behind the weights.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from integrations.index.base import Candidates, Hit

DENSE_WEIGHT = 0.6
"""Share of the dense part where the embedding model covers the language."""

UNCOVERED_DENSE_WEIGHT = 0.2
"""The same where it does not: such vectors still see names and numbers, but words decide."""


@dataclass(frozen=True, slots=True)
class FusedHit:
    """A chunk found by either part. `dense` and `words` are normalised to 0..1, `cosine` and `bm25` are raw.

    A part that did not find the chunk gives 0.
    """

    chunk: int
    document: int
    dense: float
    words: float
    cosine: float
    bm25: float

    def score(self, dense_weight: float) -> float:
        """0..1, comparable within one retrieval only."""
        return dense_weight * self.dense + (1 - dense_weight) * self.words


def dense_weight(covered: frozenset[str], *languages: str) -> float:
    """The weight for a question and a document. `covered` empty = every language; "" = unknown, taken as covered."""
    foreign = bool(covered) and any(language and language not in covered for language in languages)
    return UNCOVERED_DENSE_WEIGHT if foreign else DENSE_WEIGHT


def fuse(candidates: Candidates, weight: float) -> list[FusedHit]:
    """All hits of both parts, best first, ties by ascending chunk id."""
    dense, words = _normalised(candidates.dense), _normalised(candidates.bm25)
    cosine = {hit.chunk: hit.score for hit in candidates.dense}
    bm25 = {hit.chunk: hit.score for hit in candidates.bm25}
    documents = {hit.chunk: hit.document for hit in (*candidates.dense, *candidates.bm25)}
    hits = (
        FusedHit(
            chunk=chunk,
            document=document,
            dense=dense.get(chunk, 0.0),
            words=words.get(chunk, 0.0),
            cosine=cosine.get(chunk, 0.0),
            bm25=bm25.get(chunk, 0.0),
        )
        for chunk, document in documents.items()
    )
    return sorted(hits, key=lambda hit: (-hit.score(weight), hit.chunk))


def _normalised(hits: Sequence[Hit]) -> dict[int, float]:
    """Scores stretched to 0..1 by chunk; where all are equal, each is 1."""
    if not hits:
        return {}
    lowest = min(hit.score for hit in hits)
    spread = max(hit.score for hit in hits) - lowest
    return {hit.chunk: (hit.score - lowest) / spread if spread else 1.0 for hit in hits}
