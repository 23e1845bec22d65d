"""The commit point: a small file that says which rows and versions of a generation are valid.

Everything else is written before it and counts only when this file names it; it is replaced in one step.
"""

import json
import zlib
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from integrations.index.base import IndexDamaged
from integrations.index.embedded.files import replace_file

STATE_FILE = "state"
MARK_BYTES = 64


@dataclass(frozen=True)
class State:
    """What a generation holds.

    `sequence` rises with each change. `tables` numbers the folder with the tables. `rows`: vectors in
    them. `live`: bool, shape (versions,): which version records still count. `next_put`: the number
    the next version gets; text documents of this or a higher number belong to a batch that was never
    finished. `dead_puts`: versions that no longer count and still stand in the text index.
    """

    sequence: int
    tables: int
    rows: int
    next_put: int
    dead_puts: tuple[int, ...]
    live: NDArray[np.bool_]


EMPTY = State(sequence=0, tables=0, rows=0, next_put=0, dead_puts=(), live=np.zeros(0, dtype=np.bool_))


def write_state(generation: Path, state: State) -> None:
    """Make `state` the truth. Raises OSError; then the former state still holds."""
    header = {
        "tables": state.tables,
        "rows": state.rows,
        "next_put": state.next_put,
        "dead_puts": state.dead_puts,
        "versions": len(state.live),
    }
    body = json.dumps(header).encode() + b"\n" + np.packbits(state.live).tobytes()
    replace_file(generation / STATE_FILE, _first_line(state.sequence, body) + body)


def read_state(generation: Path) -> State:
    """Raises IndexDamaged; FileNotFoundError where there is none."""
    content = (generation / STATE_FILE).read_bytes()
    first, _, body = content.partition(b"\n")
    try:
        sequence = int(first.split()[0])
        if first + b"\n" != _first_line(sequence, body):
            raise ValueError("the checksum differs")
        return _parsed(sequence, body)
    except (ValueError, KeyError, IndexError) as error:
        raise IndexDamaged(f"The state of index {generation.name!r} cannot be read: {error}.") from error


def state_mark(generation: Path) -> bytes:
    """Bytes that differ between any two states: cheap to read before each search. Raises FileNotFoundError."""
    with (generation / STATE_FILE).open("rb", buffering=0) as file:
        return file.read(MARK_BYTES)


def _first_line(sequence: int, body: bytes) -> bytes:
    return b"%d %08x\n" % (sequence, zlib.crc32(body, sequence & 0xFFFFFFFF))


def _parsed(sequence: int, body: bytes) -> State:
    line, _, bits = body.partition(b"\n")
    header = json.loads(line)
    live = np.unpackbits(np.frombuffer(bits, dtype=np.uint8), count=header["versions"])
    return State(
        sequence=sequence,
        tables=header["tables"],
        rows=header["rows"],
        next_put=header["next_put"],
        dead_puts=tuple(header["dead_puts"]),
        live=live.astype(np.bool_),
    )
