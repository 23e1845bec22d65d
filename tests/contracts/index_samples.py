"""Small documents and questions for tests of an index; nothing else is imported, so that other processes start fast."""

import numpy as np
from numpy.typing import NDArray

from integrations.index.base import (
    AllowedRules,
    Candidates,
    IndexBackend,
    IndexBatch,
    IndexedChunk,
    IndexedVersion,
    SearchQuery,
)

MODEL, DIMENSION = "model-a", 4
NORTH, EAST, SOUTH = ([0, 0, 0, 1], [1, 0, 0, 0], [0, 0, 0, -1])


def direction(numbers: list[float]) -> NDArray[np.float32]:
    vector = np.array(numbers, dtype=np.float32)
    return (vector / np.linalg.norm(vector)).astype(np.float32)


def chunk(number: int, text: str = "words", vector: list[float] = NORTH, title: str = "") -> IndexedChunk:
    return IndexedChunk(number, title, "", text, direction(vector))


def version(document: int, number: int, rule: int, chunks: list[IndexedChunk], language: str = "en") -> IndexedVersion:
    return IndexedVersion(document, number, rule, language, tuple(chunks))


def put(*versions: IndexedVersion) -> IndexBatch:
    return IndexBatch(put=versions)


def readers_of(*rules: int) -> AllowedRules:
    return AllowedRules(frozenset(rules))


def ask(
    index: IndexBackend,
    allowed: AllowedRules,
    text: str = "",
    vector: list[float] | None = None,
    k: int = 10,
    language: str = "en",
) -> Candidates:
    return index.search(SearchQuery(text, None if vector is None else direction(vector), language), allowed, k)


def found(candidates: Candidates) -> tuple[list[int], list[int]]:
    return [hit.chunk for hit in candidates.dense], [hit.chunk for hit in candidates.bm25]


def everything(index: IndexBackend, *rules: int) -> tuple[list[int], list[int]]:
    """Chunks found by vector and by the word "words", ascending."""
    dense, bm25 = found(ask(index, readers_of(*rules), "words", NORTH, k=1000))
    return sorted(dense), sorted(bm25)
