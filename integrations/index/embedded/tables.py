"""The tables of a generation: vectors, chunk ids, version records and rules, each a file of fixed-size records.

They only grow. A version's chunks stand in consecutive rows, in the order of the version records, so that
the first row of a version is the sum of the chunk counts before it. The rules stand apart from the
version records: moving a document to another rule writes eight bytes.
"""

import os
import zlib
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import Any, Self

import numpy as np
from numpy.typing import NDArray

from integrations.index.base import IndexDamaged, IndexedVersion

VERSION = np.dtype(
    [("put", "<i8"), ("document", "<i8"), ("version", "<i8"), ("chunks", "<i8"), ("language", "<i8"), ("sum", "<i8")]
)
"""`put` numbers the record for ever, also in the text index. `sum`: CRC-32 of chunk ids and vectors."""
CHUNK = np.dtype("<i8")
RULE = np.dtype("<i8")
NUMBER = np.dtype("<f4")
LANGUAGES = 26 * 26
VECTORS, CHUNKS, VERSIONS, RULES = "vectors", "chunks", "versions", "rules"


@dataclass(frozen=True)
class Tables:
    """Read-only views of the files, memory-mapped: the first `rows` rows and the first `versions` records.

    `rules` changes under the reader when a document is moved; everything else never does.
    """

    vectors: NDArray[np.float32]
    chunks: NDArray[np.int64]
    versions: NDArray[np.void]
    rules: NDArray[np.int64]

    def starts(self) -> NDArray[np.int64]:
        """The first row of each version record, int64, shape (versions + 1,); the last entry is `rows`."""
        starts = np.zeros(len(self.versions) + 1, dtype=np.int64)
        np.cumsum(self.versions["chunks"], out=starts[1:])
        return starts


def open_tables(folder: Path, rows: int, versions: int, dimension: int) -> Tables:
    """Raises IndexDamaged where a file is shorter than the state says or contradicts itself."""
    try:
        tables = Tables(
            vectors=_mapped(folder / VECTORS, NUMBER, (rows, dimension)),
            chunks=_mapped(folder / CHUNKS, CHUNK, (rows,)),
            versions=_mapped(folder / VERSIONS, VERSION, (versions,)),
            rules=_mapped(folder / RULES, RULE, (versions,)),
        )
    except ValueError as error:
        raise IndexDamaged(f"A table of index {folder.parent.name!r} is too short: {error}.") from error
    records = tables.versions
    if (records["chunks"] < 0).any() or records["chunks"].sum() != rows or (np.diff(records["put"]) <= 0).any():
        raise IndexDamaged(f"The version records of index {folder.parent.name!r} contradict its state.")
    return tables


def _mapped(path: Path, dtype: np.dtype[Any], shape: tuple[int, ...]) -> NDArray[Any]:
    if not np.prod(shape):
        path.stat()  # an empty file cannot be mapped, a missing one is damage all the same
        return np.empty(shape, dtype=dtype)
    return np.asarray(np.memmap(path, dtype=dtype, mode="r", shape=shape))


def checksum(chunks: NDArray[np.int64], vectors: NDArray[np.float32]) -> int:
    """CRC-32 of one version's chunk ids and vectors."""
    return zlib.crc32(np.ascontiguousarray(vectors).data, zlib.crc32(np.ascontiguousarray(chunks).data))


class TableWriter:
    """Appends behind the rows that the state knows; what stands there from an unfinished batch is overwritten.

    Writes go through the file, never through a mapping: a full disk must be an error, not a signal.
    """

    def __init__(self, folder: Path, rows: int, versions: int) -> None:
        self.rows = rows
        self.versions = versions
        names = (VECTORS, CHUNKS, VERSIONS, RULES)
        self._files = {name: os.open(folder / name, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600) for name in names}

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        for handle in self._files.values():
            os.close(handle)

    def append(self, put: int, version: IndexedVersion, vectors: NDArray[np.float32]) -> None:
        """Add one version with its chunks' `vectors`, float32, shape (chunks, dimension). Raises OSError."""
        chunks = np.array([chunk.id for chunk in version.chunks], dtype=CHUNK)
        language = language_code(version.language)
        fields = (put, version.document, version.version, len(chunks), language, checksum(chunks, vectors))
        self.append_raw(np.array([fields], dtype=VERSION), np.array([version.rule], dtype=RULE), chunks, vectors)

    def append_raw(
        self,
        records: NDArray[np.void],
        rules: NDArray[np.int64],
        chunks: NDArray[np.int64],
        vectors: NDArray[np.float32],
    ) -> None:
        """Add records with their rules and rows. Raises OSError."""
        _write_at(self._files[VECTORS], vectors, self.rows * vectors.shape[1] * NUMBER.itemsize)
        _write_at(self._files[CHUNKS], chunks, self.rows * CHUNK.itemsize)
        _write_at(self._files[VERSIONS], records, self.versions * VERSION.itemsize)
        _write_at(self._files[RULES], rules, self.versions * RULE.itemsize)
        self.rows += len(chunks)
        self.versions += len(records)

    def write_rules(self, rules: Iterable[tuple[int, int]]) -> None:
        """Write rules, pairs (position of the version record, rule). Raises OSError."""
        for position, rule in rules:
            _write_at(self._files[RULES], np.array([rule], dtype=RULE), position * RULE.itemsize)

    def sync(self) -> None:
        """Make everything durable. Raises OSError."""
        for handle in self._files.values():
            os.fsync(handle)


def _write_at(handle: int, array: NDArray[Any], offset: int) -> None:
    data = np.ascontiguousarray(array).reshape(-1).view(np.uint8).data
    while data:
        written = os.pwrite(handle, data, offset)  # a nearly full disk takes a part and refuses the next call
        data, offset = data[written:], offset + written


def language_code(language: str) -> int:
    """A small number for an ISO 639-1 code: 1 to 676, or 0 for anything else."""
    if len(language) == 2 and language.isascii() and language.islower() and language.isalpha():
        return (ord(language[0]) - ord("a")) * 26 + ord(language[1]) - ord("a") + 1
    return 0


def language_of(code: int) -> str:
    """The language of a `language_code`; "" for 0."""
    return chr(ord("a") + (code - 1) // 26) + chr(ord("a") + (code - 1) % 26) if code else ""
