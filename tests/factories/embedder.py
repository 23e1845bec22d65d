"""Embedders for tests: a deterministic one without a model, for which texts that share words are near, and the real."""

import hashlib
import re
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from integrations.embeddings.base import TextTooLong
from integrations.embeddings.fetching import fetch_model
from integrations.embeddings.onnx import OnnxEmbedder, open_embedder

MODELS_DIR = Path(__file__).parents[2] / "var" / "models"

_WORD = re.compile(r"\S+")


class FakeEmbedder:
    """A hashed bag of words, L2-normalised. A token is a run of non-space characters, its case is ignored."""

    def __init__(
        self, *, dimension: int = 64, window: int = 512, languages: frozenset[str] = frozenset({"en"})
    ) -> None:
        self.model_id = f"fake-{dimension}"
        self.dimension = dimension
        self.window = window
        self.special_tokens = 2
        self.languages = languages

    def token_offsets(self, text: str) -> list[tuple[int, int]]:
        return [match.span() for match in _WORD.finditer(text)]

    def embed_documents(self, texts: Sequence[str]) -> NDArray[np.float32]:
        room = self.window - self.special_tokens
        for text in texts:
            if len(self.token_offsets(text)) > room:
                raise TextTooLong(f"A passage exceeds {room} tokens.")
        return np.array([self._vector(text) for text in texts], dtype=np.float32).reshape(len(texts), self.dimension)

    def embed_question(self, text: str) -> NDArray[np.float32]:
        return self._vector(" ".join(text.split()[: self.window - self.special_tokens]))

    def _vector(self, text: str) -> NDArray[np.float32]:
        vector = np.zeros(self.dimension, dtype=np.float32)
        for word in text.lower().split():
            digest = hashlib.blake2b(word.strip(".,;:!?()\"'").encode(), digest_size=8).digest()
            vector[int.from_bytes(digest[:4]) % self.dimension] += 1.0 if digest[4] & 1 else -1.0
        length = float(np.linalg.norm(vector))
        if length == 0.0:
            vector[0] = length = 1.0  # no words, or words that cancel out: still a unit vector
        normalised: NDArray[np.float32] = (vector / np.float32(length)).astype(np.float32)
        return normalised


def open_fake_embedder(**options: Any) -> FakeEmbedder:
    """What the test settings name as EMBEDDER; the options of the real one mean nothing here."""
    return FakeEmbedder()


def real_embedder(model: str = "bge-small-en-v1.5") -> OnnxEmbedder:
    """The real model; the first call on a machine fetches it."""
    fetch_model(model, MODELS_DIR)
    return open_embedder(model=model, models_dir=MODELS_DIR)
