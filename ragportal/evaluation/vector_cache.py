"""An embedder that remembers on disk what it computed, so that measuring again takes seconds, not minutes."""

import hashlib
import sqlite3
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from integrations.embeddings.base import Embedder

MOST_VECTORS = 200_000
"""About 400 MB of 384 dimensions; beyond it, those computed first are dropped."""

_SCHEMA = """
CREATE TABLE IF NOT EXISTS vector (number INTEGER PRIMARY KEY, key BLOB UNIQUE NOT NULL, value BLOB NOT NULL)
"""
_AT_ONCE = 500


class CachedEmbedder:
    """Satisfies the Embedder port with another embedder's vectors, kept in one SQLite file by model and text.

    A file that is damaged or of another kind raises sqlite3.DatabaseError; deleting it loses time only.
    """

    def __init__(self, inner: Embedder, file: Path, *, most_vectors: int = MOST_VECTORS) -> None:
        self.model_id = inner.model_id
        self.dimension = inner.dimension
        self.window = inner.window
        self.special_tokens = inner.special_tokens
        self.languages = inner.languages
        self._inner = inner
        self._file = file
        self._most_vectors = most_vectors
        file.parent.mkdir(parents=True, exist_ok=True)
        with self._open() as database:
            database.execute(_SCHEMA)

    def token_offsets(self, text: str) -> list[tuple[int, int]]:
        return self._inner.token_offsets(text)

    def embed_documents(self, texts: Sequence[str]) -> NDArray[np.float32]:
        keys = [self._key("document", text) for text in texts]
        known = self._read(keys)
        missing = [place for place, key in enumerate(keys) if key not in known]
        if missing:
            computed = self._inner.embed_documents([texts[place] for place in missing])
            fresh = {keys[place]: computed[row] for row, place in enumerate(missing)}
            self._write(fresh)
            known |= fresh
        return np.array([known[key] for key in keys], dtype=np.float32).reshape(len(keys), self.dimension)

    def embed_question(self, text: str) -> NDArray[np.float32]:
        key = self._key("question", text)
        known = self._read([key])
        if key not in known:
            known[key] = self._inner.embed_question(text)
            self._write(known)
        return known[key]

    def _key(self, kind: str, text: str) -> bytes:
        return hashlib.sha256("\0".join((self.model_id, kind, text)).encode("utf-8", "surrogatepass")).digest()

    @contextmanager
    def _open(self) -> Iterator[sqlite3.Connection]:
        """A connection for one step: threads share none, and a run that is broken off leaves nothing half done."""
        database = sqlite3.connect(self._file, timeout=20)
        try:
            database.execute("PRAGMA journal_mode=WAL")
            database.execute("PRAGMA synchronous=NORMAL")
            with database:
                yield database
        finally:
            database.close()

    def _read(self, keys: Sequence[bytes]) -> dict[bytes, NDArray[np.float32]]:
        found: dict[bytes, NDArray[np.float32]] = {}
        with self._open() as database:
            for start in range(0, len(keys), _AT_ONCE):
                some = keys[start : start + _AT_ONCE]
                marks = ", ".join("?" * len(some))
                rows = database.execute(f"SELECT key, value FROM vector WHERE key IN ({marks})", some)  # noqa: S608
                found.update((key, np.frombuffer(value, dtype=np.float32)) for key, value in rows)
        return found

    def _write(self, vectors: dict[bytes, NDArray[np.float32]]) -> None:
        with self._open() as database:
            rows = [(key, vector.astype(np.float32).tobytes()) for key, vector in vectors.items()]
            database.executemany("INSERT OR REPLACE INTO vector (key, value) VALUES (?, ?)", rows)
            (newest,) = database.execute("SELECT coalesce(max(number), 0) FROM vector").fetchone()
            database.execute("DELETE FROM vector WHERE number <= ?", (newest - self._most_vectors,))
