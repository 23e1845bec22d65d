"""An index in memory, for tests: the plainest code that keeps the port's promises."""

import math
import threading
from collections import Counter
from collections.abc import Callable, Iterable
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from integrations.index.analysis import stem_terms, word_terms
from integrations.index.base import (
    AllowedRules,
    Candidates,
    Hit,
    IndexBatch,
    IndexedChunk,
    IndexedVersion,
    IndexFence,
    SearchQuery,
)
from integrations.index.comparison import by_version, rule_differences
from integrations.index.fences import raised_fences
from integrations.index.vectors import check_question, stacked_vectors

SATURATION, LENGTH_WEIGHT = 1.2, 0.75  # k1 and b of BM25
WORDS_WEIGHT = 0.3

Row = tuple[IndexedVersion, IndexedChunk]


class MemoryIndex:
    """Everything in one dictionary, searched by brute force. Thread-safe; other processes see nothing of it."""

    def __init__(self, model_id: str, dimension: int) -> None:
        self._model_id = model_id
        self._dimension = dimension
        self._versions: dict[int, IndexedVersion] = {}
        self._number = 0
        self._fences: dict[str, int] = {}
        self._lock = threading.RLock()

    def write(self, batch: IndexBatch) -> None:
        """See the port."""
        with self._lock:
            fences = raised_fences(self._fences, batch.fences)
            self._versions = self._applied(self._versions, batch)
            self._fences = fences
            self._number = max(self._number, 1)

    def set_rules(self, rules: Iterable[tuple[int, int]], fences: tuple[IndexFence, ...] = ()) -> None:
        """See the port."""
        wanted = dict(rules)
        with self._lock:
            self._fences = raised_fences(self._fences, fences)
            self._versions = {
                number: replace(version, rule=wanted.get(version.document, version.rule))
                for number, version in self._versions.items()
            }

    def search(self, query: SearchQuery, allowed: AllowedRules, k: int) -> Candidates:
        """See the port."""
        check_question(query, self._dimension)
        versions = list(self._versions.values())
        dense = [] if query.vector is None else _top(_readable(versions, allowed), _cosine(query.vector), k)
        bm25 = _top(_readable(versions, allowed), _bm25(versions, query), k)
        return Candidates(dense=tuple(dense), bm25=tuple(hit for hit in bm25 if hit.score > 0))

    @property
    def generation(self) -> str:
        """See the port."""
        return f"{self._model_id}:{self._number}"

    def verify(self, expected: Iterable[tuple[int, int, int]]) -> list[str]:
        """See the port."""
        held = by_version((item.document, item.version, item.rule) for item in self._versions.values())
        return list(rule_differences(held, by_version(expected)))

    def rebuild(self, batches: Iterable[IndexBatch], fences: tuple[IndexFence, ...] = ()) -> None:
        """See the port."""
        with self._lock:
            self._fences = raised_fences(self._fences, fences)
        versions: dict[int, IndexedVersion] = {}
        for batch in batches:
            versions = self._applied(versions, batch)
        with self._lock:
            self._versions = versions
            self._number += 1

    def _applied(self, versions: dict[int, IndexedVersion], batch: IndexBatch) -> dict[int, IndexedVersion]:
        """`versions` after the batch; they themselves stay as they are, as searches may be reading them."""
        for version in batch.put:
            stacked_vectors(version, self._dimension)  # refuses what does not fit
        dropped, documents = set(batch.drop_versions), set(batch.drop_documents)
        kept = {
            number: version
            for number, version in versions.items()
            if number not in dropped and version.document not in documents
        }
        return kept | {version.version: version for version in batch.put}


def _readable(versions: list[IndexedVersion], allowed: AllowedRules) -> list[Row]:
    return [(version, chunk) for version in versions if version.rule in allowed.ids for chunk in version.chunks]


def _top(rows: list[Row], score: Callable[[Row], float], k: int) -> list[Hit]:
    hits = [Hit(row[1].id, row[0].document, score(row)) for row in rows]
    return sorted(hits, key=lambda hit: (-hit.score, hit.chunk))[: max(k, 0)]


def _cosine(question: NDArray[np.float32]) -> Callable[[Row], float]:
    precise = question.astype(np.float64)
    # Vectors are float32: beyond six digits, scores that are equal differ.
    return lambda row: round(float(np.sum(row[1].vector.astype(np.float64) * precise)), 6)


def _bm25(versions: list[IndexedVersion], query: SearchQuery) -> Callable[[Row], float]:
    """BM25 of stems plus, weighing less, of words; statistics over all chunks, readable or not."""
    chunks = [(version, chunk) for version in versions for chunk in version.chunks]
    stems = _field(
        {chunk.id: stem_terms(_text(chunk), version.language) for version, chunk in chunks},
        set(stem_terms(query.text, query.language)),
    )
    words = _field({chunk.id: word_terms(_text(chunk)) for _, chunk in chunks}, set(word_terms(query.text)))
    return lambda row: round(stems[row[1].id] + WORDS_WEIGHT * words[row[1].id], 4)


def _field(documents: dict[int, list[str]], question: set[str]) -> dict[int, float]:
    """BM25 score of each document (its terms by chunk id) for the terms of the question."""
    counts = {chunk: Counter(terms) for chunk, terms in documents.items()}
    frequency = Counter(term for terms in counts.values() for term in terms)
    mean = sum(map(len, documents.values())) / max(1, len(documents)) or 1.0

    def score(chunk: int) -> float:
        saturation = SATURATION * (1 - LENGTH_WEIGHT + LENGTH_WEIGHT * len(documents[chunk]) / mean)
        found = [term for term in sorted(question) if counts[chunk][term]]
        return sum(
            math.log(1 + (len(documents) - frequency[term] + 0.5) / (frequency[term] + 0.5))
            * counts[chunk][term]
            * (SATURATION + 1)
            / (counts[chunk][term] + saturation)
            for term in found
        )

    return {chunk: score(chunk) for chunk in documents}


def _text(chunk: IndexedChunk) -> str:
    return f"{chunk.title}\n{chunk.heading}\n{chunk.text}"
