"""The port to an embedding model: text to vectors, and the token positions by which chunks are cut."""

from collections.abc import Sequence
from typing import Protocol

import numpy as np
from numpy.typing import NDArray


class ModelMissing(Exception):
    """The model's files are not there or were altered; the message says which, and how to fetch them."""


class TextTooLong(ValueError):
    """A text exceeds the model's window; cutting it silently would lose its end."""


class Embedder(Protocol):
    """An embedding model. Thread-safe; opening it never touches the network."""

    model_id: str
    """Names weights, pooling and prefixes; vectors are comparable exactly when this is equal."""
    dimension: int
    window: int
    """Tokens the model sees at most, special tokens included."""
    special_tokens: int
    """How many of them each text spends on markers such as [CLS] and [SEP]."""
    languages: frozenset[str]
    """ISO 639-1 codes the model covers; empty = all."""

    def token_offsets(self, text: str) -> list[tuple[int, int]]:
        """Character span [start, end) of each token of `text`, in order, without special tokens, uncut."""
        ...

    def embed_documents(self, texts: Sequence[str]) -> NDArray[np.float32]:
        """Vectors of passages, shape (len(texts), dimension), L2-normalised. Raises TextTooLong, ModelMissing.

        Memory is bounded however many texts are given; the order is kept. [] gives shape (0, dimension).
        """
        ...

    def embed_question(self, text: str) -> NDArray[np.float32]:
        """The vector of a question, shape (dimension,), L2-normalised; the model's question prefix is added here.

        A question beyond the window is cut at its end. Raises ModelMissing.
        """
        ...
