"""The index that needs no server: one folder per tenant, exact vectors in mapped files and BM25 by tantivy."""

from collections.abc import Iterable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from integrations.index.base import AllowedRules, Candidates, Hit, IndexBatch, IndexFence, SearchQuery
from integrations.index.embedded import bm25, dense
from integrations.index.embedded.fencing import raise_fences
from integrations.index.embedded.generations import (
    Generation,
    create_generation,
    parse_pointer,
    pointer_bytes,
    remove_others,
    switch_to,
)
from integrations.index.embedded.locking import writing
from integrations.index.embedded.reader import Reader
from integrations.index.embedded.snapshot import AllowedRows, Snapshot
from integrations.index.embedded.text import BATCH_MEMORY, REBUILD_MEMORY
from integrations.index.embedded.verification import differences
from integrations.index.embedded.writer import batch_writer, write_rules
from integrations.index.vectors import check_question

EMPTY = Candidates(dense=(), bm25=())


class EmbeddedIndex:
    """One tenant's index in `folder`, for vectors of `model_id` with `dimension` numbers.

    Nothing is created before the first write. Any number of processes may search; writers wait up to
    `wait_seconds` for each other and then raise IndexBusy. Keep one object per process and tenant: it
    remembers what it opened. It may be used before and after a fork.
    """

    def __init__(self, folder: Path, model_id: str, dimension: int, *, wait_seconds: float = 10.0) -> None:
        self._folder = Path(folder)
        self._model_id = model_id
        self._dimension = dimension
        self._wait_seconds = wait_seconds
        self._reader = Reader(self._folder, model_id, dimension)

    def write(self, batch: IndexBatch) -> None:
        """See the port. An index of another model is replaced by a new generation with this batch alone."""
        with writing(self._folder, self._wait_seconds):
            generation = self._generation()
            raise_fences(self._folder, batch.fences)
            remove_others(self._folder, generation)
            if generation is None or not self._is_mine(generation):
                self._replace((batch,))
                return
            with batch_writer(generation.folder(self._folder), self._dimension, BATCH_MEMORY) as writer:
                writer.stage(batch)
                writer.commit()

    def set_rules(self, rules: Iterable[tuple[int, int]], fences: tuple[IndexFence, ...] = ()) -> None:
        """See the port. Each document moves whole; a process killed in between may have moved some of them."""
        with writing(self._folder, self._wait_seconds):
            generation = self._generation()
            raise_fences(self._folder, fences)
            if generation is not None and self._is_mine(generation):
                write_rules(generation.folder(self._folder), self._dimension, rules)

    def rebuild(self, batches: Iterable[IndexBatch], fences: tuple[IndexFence, ...] = ()) -> None:
        """See the port. Other writers are kept out (IndexBusy) while `batches` is read. Works on a damaged index."""
        with writing(self._folder, self._wait_seconds):
            raise_fences(self._folder, fences, forget_damaged=True)
            self._replace(batches)

    def search(self, query: SearchQuery, allowed: AllowedRules, k: int) -> Candidates:
        """See the port."""
        check_question(query, self._dimension)
        snapshot = self._reader.snapshot()
        if snapshot is None or not allowed.ids or k < 1:
            return EMPTY
        rows = snapshot.allowed_rows(allowed)
        if not query.text or query.vector is None:
            return Candidates(dense=_dense(snapshot, rows, query, k), bm25=_bm25(snapshot, rows, query, k))
        # A thread per search, not a pool: a pool's threads would be missing in a forked worker.
        with ThreadPoolExecutor(max_workers=1) as executor:
            other = executor.submit(_bm25, snapshot, rows, query, k)
            return Candidates(dense=_dense(snapshot, rows, query, k), bm25=other.result())

    @property
    def generation(self) -> str:
        """See the port. `<model id>:<number>`, the number 0 where nothing was written for this model."""
        snapshot = self._reader.snapshot()
        return f"{self._model_id}:{snapshot.generation.number if snapshot else 0}"

    def verify(self, expected: Iterable[tuple[int, int, int]]) -> list[str]:
        """See the port. Also reads every vector and counts every text document. Raises IndexDamaged."""
        return differences(self._reader.snapshot(), expected)

    def _generation(self) -> Generation | None:
        return parse_pointer(pointer_bytes(self._folder))

    def _is_mine(self, generation: Generation) -> bool:
        return (generation.model_id, generation.dimension) == (self._model_id, self._dimension)

    def _replace(self, batches: Iterable[IndexBatch]) -> None:
        """Write `batches` into a new generation, then let it take the place of whatever is there."""
        generation = create_generation(self._folder, self._model_id, self._dimension)
        with batch_writer(generation.folder(self._folder), self._dimension, REBUILD_MEMORY) as writer:
            for batch in batches:
                writer.stage(batch)
            writer.commit()
        switch_to(self._folder, generation)
        remove_others(self._folder, generation)


def _dense(snapshot: Snapshot, rows: AllowedRows, query: SearchQuery, k: int) -> tuple[Hit, ...]:
    if query.vector is None:
        return ()
    question = np.ascontiguousarray(query.vector, dtype=np.float32)
    tables = snapshot.tables
    return _hits(snapshot, *dense.best_rows(tables.vectors, tables.chunks, rows, question, k))


def _bm25(snapshot: Snapshot, rows: AllowedRows, query: SearchQuery, k: int) -> tuple[Hit, ...]:
    if not query.text:
        return ()
    return _hits(snapshot, *bm25.best_rows(snapshot, rows, query.text, query.language, k))


def _hits(snapshot: Snapshot, rows: NDArray[np.int64], scores: NDArray[np.float64]) -> tuple[Hit, ...]:
    chunks = snapshot.tables.chunks[rows].tolist()
    documents = snapshot.documents_of(rows).tolist()
    return tuple(map(Hit, chunks, documents, scores.tolist()))
