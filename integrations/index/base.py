"""The port to a search index: ids and scores, filtered by access rules.

An index holds one tenant. It is disposable: the database rebuilds it. It never holds a principal,
and it is never asked without the rules that the asker may read.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property
from typing import Protocol

import numpy as np
from numpy.typing import NDArray


@dataclass(frozen=True)
class AllowedRules:
    """The access rules an asker may read: the only filter a search knows. No default, no "all".

    An empty set matches nothing. Keep the object as long as the scope is the same: an index remembers
    what it found out about it.
    """

    ids: frozenset[int]

    @cached_property
    def sorted_ids(self) -> NDArray[np.int64]:
        """The same ids ascending, shape (len(ids),): computed once, as a scope serves many questions."""
        array = np.fromiter(self.ids, dtype=np.int64, count=len(self.ids))
        array.sort()
        return array


@dataclass(frozen=True, slots=True)
class IndexedChunk:
    """One chunk as the index keeps it. `vector`: float32, shape (dimension,), L2-normalised.

    `id` is unique in the tenant: two versions never share a chunk.
    """

    id: int
    title: str
    heading: str
    text: str
    vector: NDArray[np.float32]


@dataclass(frozen=True, slots=True)
class IndexedVersion:
    """All chunks of one version of a document. `language`: ISO 639-1 code, or "" where unknown.

    `version` is unique in the tenant. `rule` is that of this version only; `set_rules` moves all versions
    of a document.
    """

    document: int
    version: int
    rule: int
    language: str
    chunks: tuple[IndexedChunk, ...]


@dataclass(frozen=True, slots=True)
class IndexFence:
    """Proof that a writer was not overtaken: `number` rises each time somebody takes up the work `name`."""

    name: str
    number: int


@dataclass(frozen=True, slots=True)
class IndexBatch:
    """Changes that become visible together.

    `put`: a version replaces what the index holds of the same version, never another version of its
    document: the new one stands beside the old until the database has published it, so that at each
    moment one of them is found. `drop_versions`, `drop_documents`: ids to remove; unknown ids are fine.
    Drops come first, so a batch may drop a document and put its only version. `fences`: see IndexFenced.
    """

    put: tuple[IndexedVersion, ...] = ()
    drop_versions: tuple[int, ...] = ()
    drop_documents: tuple[int, ...] = ()
    fences: tuple[IndexFence, ...] = ()


@dataclass(frozen=True, slots=True)
class SearchQuery:
    """What to look for. Either part may be left out: empty `text` or `vector` None.

    `text` may hold any characters, none of them is syntax. `language`: of the question, ISO 639-1 or "".
    """

    text: str
    vector: NDArray[np.float32] | None
    language: str


@dataclass(frozen=True, slots=True)
class Hit:
    """A chunk and its raw score: cosine for the dense part, BM25 for the other. Higher is better."""

    chunk: int
    document: int
    score: float


@dataclass(frozen=True, slots=True)
class Candidates:
    """The best hits of both parts, each best first, ties by ascending chunk id, at most k each."""

    dense: tuple[Hit, ...]
    bm25: tuple[Hit, ...]


class IndexDamaged(Exception):
    """The stored index cannot be read; `manage.py reindex` rebuilds it from the database."""


class IndexBusy(Exception):
    """Another process is writing this tenant's index; nothing was written, try again."""


class IndexFenced(Exception):
    """A write under a lower fence than the index has seen under that name: the writer was overtaken.

    Nothing was written. The index remembers the highest number of each name for as long as it is not damaged or
    removed, rebuilds included.
    """


class IndexBackend(Protocol):
    """The index of one tenant. Thread-safe; several processes may search while one writes."""

    def write(self, batch: IndexBatch) -> None:
        """Apply a batch: all of it or nothing, durable when this returns, idempotent.

        Raises IndexBusy, IndexFenced, IndexDamaged, OSError (disk full: nothing of the batch is visible), ValueError
        (a vector of another dimension, or not normalised).
        """
        ...

    def set_rules(self, rules: Iterable[tuple[int, int]], fences: tuple[IndexFence, ...] = ()) -> None:
        """Move documents to other access rules, pairs (document, rule), without their text or vectors.

        Unknown documents are ignored. Durable when this returns. Raises IndexBusy, IndexFenced, IndexDamaged, OSError.
        """
        ...

    def search(self, query: SearchQuery, allowed: AllowedRules, k: int) -> Candidates:
        """The k best chunks of each part among those under an allowed rule, exactly.

        Fewer than k only if fewer match. Raises IndexDamaged, ValueError (a vector of another dimension).
        """
        ...

    @property
    def generation(self) -> str:
        """Names what is searched: the embedding model and the count of rebuilds. Vectors of different
        generations are never mixed; an index of another model's generation is empty until reindexed."""
        ...

    def verify(self, expected: Iterable[tuple[int, int, int]]) -> list[str]:
        """Compare with (document, version, rule) of the database; a sentence for each difference, [] = equal.

        Reads the whole index and reports what is damaged inside it too. Raises IndexDamaged.
        """
        ...

    def rebuild(self, batches: Iterable[IndexBatch], fences: tuple[IndexFence, ...] = ()) -> None:
        """Build a new generation beside the old one, which is searched until the new one is complete.

        Other writers get IndexBusy meanwhile. Works on a damaged index. If `batches` raises, the old one stays. The
        fences of the batches count for nothing, those of the call do.
        Raises IndexBusy, IndexFenced, OSError, ValueError.
        """
        ...
