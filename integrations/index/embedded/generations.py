"""Generations of an index, side by side: which folder is searched, and how another takes its place."""

import json
import re
import shutil
from dataclasses import dataclass
from pathlib import Path

from integrations.index.base import IndexDamaged
from integrations.index.embedded.files import replace_file, sync_folder
from integrations.index.embedded.state import EMPTY, State, write_state
from integrations.index.embedded.tables import TableWriter
from integrations.index.embedded.text import create_text_index

POINTER = "current.json"
_GENERATION = re.compile(r"generation-(\d+)")


@dataclass(frozen=True, slots=True)
class Generation:
    """One complete index: the model whose vectors it holds, and the count of rebuilds before it."""

    number: int
    model_id: str
    dimension: int

    def folder(self, index: Path) -> Path:
        return index / f"generation-{self.number}"


def tables_folder(generation: Path, state: State) -> Path:
    """Where the tables of this state stand."""
    return generation / f"tables-{state.tables}"


def remove_old_tables(generation: Path, state: State) -> None:
    """Remove tables that a compaction replaced or did not finish. The caller holds the write lock."""
    kept = tables_folder(generation, state)
    for folder in generation.glob("tables-*"):
        if folder != kept:
            shutil.rmtree(folder)


def pointer_bytes(index: Path) -> bytes:
    """The pointer as stored; b"" where the index was never written."""
    try:
        return (index / POINTER).read_bytes()
    except FileNotFoundError:
        return b""


def parse_pointer(content: bytes) -> Generation | None:
    """The generation that is searched, None where there is none. Raises IndexDamaged."""
    if not content:
        return None
    try:
        stored = json.loads(content)
        return Generation(int(stored["generation"]), str(stored["model_id"]), int(stored["dimension"]))
    except (ValueError, KeyError, TypeError) as error:
        raise IndexDamaged(f"{POINTER} of the index cannot be read: {error}.") from error


def create_generation(index: Path, model_id: str, dimension: int) -> Generation:
    """An empty generation with the next number, not yet searched. The caller holds the write lock. Raises OSError."""
    generation = Generation(1 + max(_numbers(index), default=0), model_id, dimension)
    folder = generation.folder(index)
    tables = tables_folder(folder, EMPTY)
    tables.mkdir(parents=True)
    with TableWriter(tables, rows=0, versions=0) as writer:
        writer.sync()
    sync_folder(tables)
    create_text_index(folder)
    write_state(folder, EMPTY)
    return generation


def switch_to(index: Path, generation: Generation) -> None:
    """Let every search from now on see `generation`. The caller holds the write lock. Raises OSError."""
    stored = {"generation": generation.number, "model_id": generation.model_id, "dimension": generation.dimension}
    replace_file(index / POINTER, json.dumps(stored).encode())


def remove_others(index: Path, kept: Generation | None) -> None:
    """Remove superseded generations and what an interrupted rebuild left. The caller holds the write lock."""
    for number in _numbers(index):
        if kept is None or number != kept.number:
            shutil.rmtree(index / f"generation-{number}")


def _numbers(index: Path) -> list[int]:
    matches = (_GENERATION.fullmatch(path.name) for path in index.iterdir())
    return [int(match[1]) for match in matches if match]
