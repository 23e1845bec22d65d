"""How a batch gets in: tables, fsync, text commit, then the state file, which makes all of it valid at once.

A process that dies before the last step leaves rows that no state names and text documents with numbers
that no state has given out; the next writer overwrites the former and deletes the latter. Text documents
of replaced versions are deleted with the following batch, when no state needs them any more.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from tantivy import IndexWriter

from integrations.index.base import IndexBatch, IndexedVersion
from integrations.index.embedded.compaction import compacted
from integrations.index.embedded.generations import remove_old_tables, tables_folder
from integrations.index.embedded.state import State, read_state, write_state
from integrations.index.embedded.tables import Tables, TableWriter, open_tables
from integrations.index.embedded.text import open_writer, text_document, text_write_errors
from integrations.index.vectors import stacked_vectors


@contextmanager
def batch_writer(generation: Path, dimension: int, memory: int) -> Iterator["BatchWriter"]:
    """A writer for one generation; leaving the block without `commit` leaves the former state.

    The caller holds the write lock. `memory`: bytes tantivy may use. Raises IndexDamaged, OSError.
    """
    state = compacted(generation, read_state(generation), dimension)
    remove_old_tables(generation, state)
    folder = tables_folder(generation, state)
    tables = open_tables(folder, state.rows, len(state.live), dimension)
    with (
        TableWriter(folder, state.rows, len(state.live)) as files,
        open_writer(generation, memory, state.next_put, state.dead_puts) as text,
    ):
        yield BatchWriter(generation, state, tables, files, text)


class BatchWriter:
    """Stages batches in one generation and commits them together, see `batch_writer`."""

    def __init__(self, generation: Path, state: State, tables: Tables, files: TableWriter, text: IndexWriter) -> None:
        self._generation = generation
        self._state = state
        self._tables = tables
        self._files = files
        self._text = text
        self._live = state.live.copy()
        self._staged_live: list[bool] = []
        self._staged_documents: dict[int, list[int]] = defaultdict(list)  # document -> positions in _staged_live
        self._staged_versions: dict[int, list[int]] = defaultdict(list)

    def stage(self, batch: IndexBatch) -> None:
        """Add a batch: its drops, then its versions. Raises ValueError (nothing of it is staged), OSError."""
        dimension = self._tables.vectors.shape[1]
        vectors = [stacked_vectors(version, dimension) for version in batch.put]
        self._drop(batch)
        for version, block in zip(batch.put, vectors, strict=True):
            self._put(version, block)

    def commit(self) -> None:
        """Make everything staged valid and durable. Raises OSError; then nothing of it is visible."""
        self._files.sync()
        with text_write_errors(self._generation):
            self._text.commit()
        write_state(self._generation, self._next_state())

    def _drop(self, batch: IndexBatch) -> None:
        versions = {*batch.drop_versions, *(version.version for version in batch.put)}
        documents = set(batch.drop_documents)
        records = self._tables.versions
        self._live &= ~(_is_any(records["version"], versions) | _is_any(records["document"], documents))
        self._drop_staged(self._staged_versions, versions)
        self._drop_staged(self._staged_documents, documents)

    def _drop_staged(self, positions: dict[int, list[int]], numbers: set[int]) -> None:
        for number in numbers & positions.keys():
            for position in positions[number]:
                self._staged_live[position] = False

    def _put(self, version: IndexedVersion, vectors: NDArray[np.float32]) -> None:
        self._drop_staged(self._staged_versions, {version.version})  # the same version twice: the last one counts
        position = len(self._staged_live)
        put = self._state.next_put + position
        self._files.append(put, version, vectors)
        with text_write_errors(self._generation):
            for number, chunk in enumerate(version.chunks):
                self._text.add_document(text_document(put, number, chunk, version.language))
        self._staged_live.append(True)
        self._staged_documents[version.document].append(position)
        self._staged_versions[version.version].append(position)

    def _next_state(self) -> State:
        first = self._state.next_put
        died = self._tables.versions["put"][self._state.live & ~self._live].tolist()
        died += [first + position for position, live in enumerate(self._staged_live) if not live]
        return replace(
            self._state,
            sequence=self._state.sequence + 1,
            rows=self._files.rows,
            next_put=first + len(self._staged_live),
            dead_puts=tuple(died),
            live=np.concatenate([self._live, np.array(self._staged_live, dtype=np.bool_)]),
        )


def write_rules(generation: Path, dimension: int, rules: Iterable[tuple[int, int]]) -> None:
    """Write the rules of documents, pairs (document, rule), and let readers notice. The caller holds the write lock.

    Raises IndexDamaged, OSError.
    """
    wanted = dict(rules)
    state = read_state(generation)
    folder = tables_folder(generation, state)
    records = open_tables(folder, state.rows, len(state.live), dimension).versions
    positions = np.flatnonzero(state.live & _is_any(records["document"], wanted))
    found = zip(positions.tolist(), records["document"][positions].tolist(), strict=True)
    with TableWriter(folder, state.rows, len(state.live)) as files:
        files.write_rules((position, wanted[document]) for position, document in found)
        files.sync()
    write_state(generation, replace(state, sequence=state.sequence + 1))


def _is_any(values: NDArray[np.int64], wanted: Iterable[int]) -> NDArray[np.bool_]:
    return np.isin(values, np.array(sorted(wanted), dtype=np.int64))
