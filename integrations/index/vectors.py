"""Which vectors an index takes: of its dimension, and normalised."""

import numpy as np
from numpy.typing import NDArray

from integrations.index.base import IndexedVersion, SearchQuery

LONGEST_VECTOR = 1.01  # a normalised vector, with room for rounding


def stacked_vectors(version: IndexedVersion, dimension: int) -> NDArray[np.float32]:
    """The chunks' vectors, float32, shape (chunks, dimension). Raises ValueError naming the chunk that does not fit."""
    vectors = np.empty((len(version.chunks), dimension), dtype=np.float32)
    for position, chunk in enumerate(version.chunks):
        if chunk.vector.shape != (dimension,):
            raise ValueError(f"The vector of chunk {chunk.id} has shape {chunk.vector.shape}, not ({dimension},).")
        vectors[position] = chunk.vector
    lengths = np.linalg.norm(vectors, axis=1)
    wrong = np.flatnonzero(~(lengths <= LONGEST_VECTOR))  # also true where one is not a number
    if len(wrong):
        raise ValueError(f"The vector of chunk {version.chunks[wrong[0]].id} is not normalised.")
    return vectors


def check_question(query: SearchQuery, dimension: int) -> None:
    """Raise ValueError where the question has a vector of another dimension."""
    if query.vector is not None and query.vector.shape != (dimension,):
        raise ValueError(f"The question's vector has shape {query.vector.shape}, not ({dimension},).")
