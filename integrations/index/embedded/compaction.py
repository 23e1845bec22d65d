"""Takes dead rows out of the tables, so that replaced versions do not make the files grow for ever."""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from integrations.index.embedded.files import sync_folder
from integrations.index.embedded.generations import tables_folder
from integrations.index.embedded.state import State, write_state
from integrations.index.embedded.tables import Tables, TableWriter, open_tables

FEWEST_DEAD_ROWS = 1_000  # fewer are not worth a copy
BLOCK_ROWS = 4_096


def compacted(generation: Path, state: State, dimension: int) -> State:
    """The state to go on with: a new one without dead rows where more than half were dead, else the same.

    The new tables stand beside the old ones, for the searches that still read these. The text index is left
    alone, its numbers stay valid. The caller holds the write lock. Raises IndexDamaged, OSError.
    """
    tables = open_tables(tables_folder(generation, state), state.rows, len(state.live), dimension)
    dead = int(tables.versions["chunks"][~state.live].sum())
    if dead < FEWEST_DEAD_ROWS or dead * 2 <= state.rows:
        return state
    fresh = replace(state, sequence=state.sequence + 1, tables=state.tables + 1)
    folder = tables_folder(generation, fresh)
    folder.mkdir(exist_ok=True)
    with TableWriter(folder, rows=0, versions=0) as files:
        starts = tables.starts()
        for first, last in _blocks(starts):
            _copy(tables, state, files, slice(first, last), slice(starts[first], starts[last]))
        files.sync()
        fresh = replace(fresh, rows=files.rows, live=np.ones(files.versions, dtype=np.bool_))
    sync_folder(folder)
    write_state(generation, fresh)
    return fresh


def _blocks(starts: NDArray[np.int64]) -> Iterator[tuple[int, int]]:
    """Ranges [first, last) of version records, each of about BLOCK_ROWS rows."""
    first, end = 0, len(starts) - 1
    while first < end:
        last = int(np.searchsorted(starts, starts[first] + BLOCK_ROWS, side="right")) - 1
        last = min(max(last, first + 1), end)
        yield first, last
        first = last


def _copy(tables: Tables, state: State, files: TableWriter, versions: slice, rows: slice) -> None:
    live = state.live[versions]
    records = tables.versions[versions]
    kept = np.repeat(live, records["chunks"])
    files.append_raw(records[live], tables.rules[versions][live], tables.chunks[rows][kept], tables.vectors[rows][kept])
