"""What a search sees: one state of the index, unchanging while it is used, with the masks of recent askers."""

import threading
import weakref
from collections import OrderedDict
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from tantivy import Query, Schema, Searcher

from integrations.index.base import AllowedRules
from integrations.index.embedded.generations import Generation
from integrations.index.embedded.state import State
from integrations.index.embedded.tables import LANGUAGES, Tables, language_of
from integrations.index.embedded.text import PLACES_PER_VERSION, versions_query

REMEMBERED_ASKERS = 32  # a byte a chunk each


@dataclass(frozen=True)
class AllowedRows:
    """Where an asker may look. `versions`: bool, shape (versions,). `mask`: bool, shape (rows,).

    `puts`: the numbers of all versions, shared with the snapshot (which is not named here: no cycle may keep
    its mapped files open).
    """

    puts: NDArray[np.int64]
    schema: Schema
    versions: NDArray[np.bool_]
    mask: NDArray[np.bool_]

    @cached_property
    def count(self) -> int:
        """How many rows are allowed."""
        return int(np.count_nonzero(self.mask))

    @cached_property
    def text_filter(self) -> Query:
        """The text documents of these versions: dear for many, made once."""
        return versions_query(self.schema, self.puts[self.versions].tolist())


class Snapshot:
    """Tables and text index at one state. Thread-safe.

    The text index may be ahead of the state by one unfinished or just finished batch: its new documents are
    unknown here and dropped, and what it has deleted was no longer valid in this state either.
    """

    def __init__(
        self, folder: Path, generation: Generation, state: State, tables: Tables, searcher: Searcher, schema: Schema
    ) -> None:
        self.folder = folder
        self.generation = generation
        self.state = state
        self.tables = tables
        self.searcher = searcher
        self.schema = schema
        self.starts = tables.starts()
        self._puts = np.ascontiguousarray(tables.versions["put"])
        self._lock = threading.Lock()
        self._remembered: OrderedDict[int, tuple[weakref.ref[AllowedRules], AllowedRows]] = OrderedDict()

    def allowed_rows(self, allowed: AllowedRules) -> AllowedRows:
        """The valid rows under an allowed rule; remembered as long as the same `allowed` object lives."""
        with self._lock:
            known = self._remembered.get(id(allowed))
            if known is not None and known[0]() is allowed:
                self._remembered.move_to_end(id(allowed))
                return known[1]
        found = self._find_rows(allowed)
        with self._lock:
            self._remembered[id(allowed)] = (weakref.ref(allowed), found)
            while len(self._remembered) > REMEMBERED_ASKERS:
                self._remembered.popitem(last=False)
        return found

    def _find_rows(self, allowed: AllowedRules) -> AllowedRows:
        versions = self.state.live & np.isin(self.tables.rules, allowed.sorted_ids)
        mask = np.repeat(versions, np.diff(self.starts))
        return AllowedRows(puts=self._puts, schema=self.schema, versions=versions, mask=mask)

    def rows_of(self, places: NDArray[np.int64]) -> NDArray[np.int64]:
        """The row of each place, -1 for a place that this state does not know."""
        if not len(self._puts):
            return np.full(len(places), -1, dtype=np.int64)
        puts, positions = np.divmod(places, PLACES_PER_VERSION)
        versions = np.minimum(np.searchsorted(self._puts, puts), len(self._puts) - 1)
        rows = self.starts[versions] + positions
        known = (self._puts[versions] == puts) & (rows < self.starts[versions + 1])
        return np.where(known, rows, -1)

    def documents_of(self, rows: NDArray[np.int64]) -> NDArray[np.int64]:
        """The document of each row."""
        versions = np.searchsorted(self.starts, rows, side="right") - 1
        documents: NDArray[np.int64] = self.tables.versions["document"][versions]
        return documents

    @cached_property
    def main_language(self) -> str:
        """The language of most valid versions; "" where none is known."""
        codes = self.tables.versions["language"][self.state.live]
        counts = np.bincount(codes[(codes > 0) & (codes <= LANGUAGES)])
        return language_of(int(counts.argmax())) if len(counts) else ""
