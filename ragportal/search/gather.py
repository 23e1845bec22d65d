"""From a prepared question to chunks the asker may read: search, recheck, and search on where stale hits left gaps."""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from integrations.index.base import Candidates, SearchQuery
from ragportal.access.scope import AccessScope
from ragportal.common.engines import the_index
from ragportal.search.fusion import FusedHit, dense_weight, fuse
from ragportal.search.recheck import ReadableChunk, any_replaced, readable_chunks, refuse_other_tenant

FIRST_K = 200
"""Hits asked of each part at first: where two rankings are fused, more than this changed no result."""

WIDENING = 4
"""By how much more is asked where too little was readable."""

CHUNKS_BEFORE_OTHERS = 5
"""Chunks of one document that are looked at before every other document had its turn."""


@dataclass(frozen=True, slots=True)
class Finding:
    """A chunk the asker may read now, and how well it fits. `score`: fused, 0..1, for its own language."""

    hit: FusedHit
    chunk: ReadableChunk
    score: float


@dataclass(frozen=True, slots=True)
class Gathered:
    """Findings, best first, and how many stale hits the recheck refused."""

    findings: tuple[Finding, ...]
    dropped: int


def gather(query: SearchQuery, scope: AccessScope, *, covered: frozenset[str], wanted: int, documents: int) -> Gathered:
    """At least `wanted` chunks out of at least `documents` documents, if the asker may read that many.

    `covered`: languages of the embedding model. Where a hit was refused because its version has just been
    replaced, the index is asked once more, as it may have been read before the new version was in it.
    """
    refuse_other_tenant(scope)
    index = the_index()
    refused: set[int] = set()
    k, asked_again = FIRST_K, False
    while True:
        candidates = index.search(query, scope.allowed, k)
        hits = _in_turns(fuse(candidates, dense_weight(covered, query.language)))
        readable, stale = _first_readable(hits, scope, wanted)
        refused |= stale
        if stale and not asked_again and any_replaced(stale):
            asked_again = True
        elif _enough(readable, stale, wanted, documents) or _exhausted(candidates, k):
            return Gathered(_scored(hits, readable, covered, query.language), len(refused))
        else:
            k *= WIDENING


def _in_turns(hits: Sequence[FusedHit]) -> list[FusedHit]:
    """The same hits in the same order, but what exceeds CHUNKS_BEFORE_OTHERS of a document comes last."""
    seen: Counter[int] = Counter()
    first: list[FusedHit] = []
    later: list[FusedHit] = []
    for hit in hits:
        seen[hit.document] += 1
        (first if seen[hit.document] <= CHUNKS_BEFORE_OTHERS else later).append(hit)
    return first + later


def _first_readable(
    hits: Sequence[FusedHit], scope: AccessScope, wanted: int
) -> tuple[dict[int, ReadableChunk], set[int]]:
    """The first `wanted` readable chunks of `hits`, and the ids refused on the way."""
    readable: dict[int, ReadableChunk] = {}
    refused: set[int] = set()
    rest = [hit.chunk for hit in hits]
    while rest and len(readable) < wanted:
        batch, rest = rest[: wanted - len(readable)], rest[wanted - len(readable) :]
        found = readable_chunks(batch, scope)
        readable |= found
        refused.update(chunk for chunk in batch if chunk not in found)
    return readable, refused


def _enough(readable: dict[int, ReadableChunk], stale: set[int], wanted: int, documents: int) -> bool:
    """Without stale hits there is nothing to make up for, unless a few documents fill the list."""
    found_documents = len({chunk.document for chunk in readable.values()})
    return (len(readable) >= wanted or not stale) and found_documents >= documents


def _exhausted(candidates: Candidates, k: int) -> bool:
    """Whether the index has shown everything it has for this asker and question."""
    return len(candidates.dense) < k and len(candidates.bm25) < k


def _scored(
    hits: Iterable[FusedHit], readable: dict[int, ReadableChunk], covered: frozenset[str], language: str
) -> tuple[Finding, ...]:
    findings = (
        Finding(hit, chunk, hit.score(dense_weight(covered, language, chunk.language)))
        for hit in hits
        if (chunk := readable.get(hit.chunk)) is not None
    )
    return tuple(sorted(findings, key=lambda finding: (-finding.score, finding.hit.chunk)))
