"""Embedding in a thread of its own, so that the next documents are read and the last ones stored meanwhile."""

from collections.abc import Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager

import numpy as np
from numpy.typing import NDArray

from integrations.embeddings.base import Embedder, TextTooLong
from ragportal.knowledge.documents.failures import Failure
from ragportal.knowledge.documents.prepare import PreparedDocument

Vectors = NDArray[np.float32]


class BackgroundEmbedder:
    """Embeds one batch of documents after the other, in the order they were handed in."""

    def __init__(self, embedder: Embedder, pool: ThreadPoolExecutor) -> None:
        self._embedder = embedder
        self._pool = pool

    def start(self, documents: Sequence[PreparedDocument]) -> "Future[list[Vectors | Failure]]":
        """Each document's vectors (chunks, dimension), or why there are none; its result raises ModelMissing."""
        return self._pool.submit(self._embed, documents)

    def _embed(self, documents: Sequence[PreparedDocument]) -> list[Vectors | Failure]:
        try:
            vectors = self._embedder.embed_documents([text for document in documents for text in document.texts])
        except TextTooLong:
            return [self._embed_alone(document) for document in documents]
        ends = np.cumsum([len(document.texts) for document in documents])
        return list(np.split(vectors, ends[:-1]))

    def _embed_alone(self, document: PreparedDocument) -> Vectors | Failure:
        """One document by itself, so that a passage beyond the model's window fails its own document alone."""
        try:
            return self._embedder.embed_documents(document.texts)
        except TextTooLong as error:
            return Failure(document.change.id, f"A passage is too long for the model: {error}", permanent=True)


@contextmanager
def background_embedder(embedder: Embedder) -> Iterator[BackgroundEmbedder]:
    """A BackgroundEmbedder for the block; at its end nobody waits for what is under way, and the rest is given up."""
    pool = ThreadPoolExecutor(max_workers=1, thread_name_prefix="embedding")
    try:
        yield BackgroundEmbedder(embedder, pool)
    finally:
        pool.shutdown(wait=False, cancel_futures=True)
