"""From the files to a snapshot: notices what writers in other processes finished, and never mixes two states."""

import threading
import time
from pathlib import Path

from tantivy import Index

from integrations.index.base import IndexDamaged
from integrations.index.embedded.generations import Generation, parse_pointer, pointer_bytes, tables_folder
from integrations.index.embedded.snapshot import Snapshot
from integrations.index.embedded.state import read_state, state_mark
from integrations.index.embedded.tables import open_tables
from integrations.index.embedded.text import open_text_index, text_read_errors

ATTEMPTS = 100  # a writer needs milliseconds for each change, so a second attempt nearly always succeeds
SURE_ATTEMPTS = 3  # failing so often while nothing changes is damage
PAUSE_SECONDS = 0.01

Marks = tuple[bytes, bytes]  # the pointer, and the head of the state it leads to


class Reader:
    """Gives the current snapshot of an index folder. Thread-safe; asks the disk at each call, opens only changes."""

    def __init__(self, folder: Path, model_id: str, dimension: int) -> None:
        self._folder = folder
        self._model = (model_id, dimension)
        self._lock = threading.Lock()
        self._marks: Marks | None = None
        self._snapshot: Snapshot | None = None
        self._text: tuple[Generation, Index] | None = None

    def snapshot(self) -> Snapshot | None:
        """None where the index was never written, or is of another model. Raises IndexDamaged."""
        with self._lock:
            for attempt in range(1, ATTEMPTS + 1):
                marks = self._look()
                if marks == self._marks:
                    return self._snapshot
                if self._open(marks, sure=attempt >= SURE_ATTEMPTS):
                    return self._snapshot
                time.sleep(PAUSE_SECONDS)
        raise IndexDamaged("The index changes too fast to be read.")

    def _look(self) -> Marks:
        """What is on disk now; differs whenever a search might see something else."""
        pointer = pointer_bytes(self._folder)
        generation = self._mine(pointer)
        if generation is None:
            return pointer, b""
        try:
            return pointer, state_mark(generation.folder(self._folder))
        except FileNotFoundError:
            return pointer, b""

    def _mine(self, pointer: bytes) -> Generation | None:
        generation = parse_pointer(pointer)
        if generation is None or (generation.model_id, generation.dimension) != self._model:
            return None
        return generation

    def _open(self, marks: Marks, *, sure: bool) -> bool:
        """Whether the snapshot is now that of `marks`. Raises IndexDamaged only if `sure`: else a writer may be at it.

        State, then text, then state again: with an unchanged state the text is at most one commit ahead of it.
        """
        try:
            snapshot = self._opened(self._mine(marks[0]))
        except (FileNotFoundError, IndexDamaged) as error:
            if sure and self._look() == marks:
                raise _damage(error) from error
            return False
        if self._look() != marks:
            return False
        self._marks, self._snapshot = marks, snapshot
        return True

    def _opened(self, generation: Generation | None) -> Snapshot | None:
        if generation is None:
            return None
        folder = generation.folder(self._folder)
        state = read_state(folder)
        tables = open_tables(tables_folder(folder, state), state.rows, len(state.live), generation.dimension)
        if self._text is None or self._text[0] != generation:
            self._text = (generation, open_text_index(folder))
        index = self._text[1]
        with text_read_errors(folder):
            index.reload()
            return Snapshot(folder, generation, state, tables, index.searcher(), index.schema)


def _damage(error: FileNotFoundError | IndexDamaged) -> IndexDamaged:
    if isinstance(error, IndexDamaged):
        return error
    return IndexDamaged(f"A file of the index is missing: {error.filename}.")
