"""The dense half: an exact scan of the vectors an asker may see."""

import numpy as np
from numpy.typing import NDArray

from integrations.index.base import IndexDamaged
from integrations.index.embedded.snapshot import AllowedRows

GATHER_SHARE = 0.25  # below it, copying the allowed vectors out costs less than multiplying all of them
BLOCK = 1024  # rows copied at once, so that they stay in the processor's cache: 1.5 MB at 384 dimensions
SCORE_DECIMALS = 9  # what float64 leaves sure; equal passages tie whatever the order of summation


def best_rows(
    vectors: NDArray[np.float32], chunks: NDArray[np.int64], allowed: AllowedRows, question: NDArray[np.float32], k: int
) -> tuple[NDArray[np.int64], NDArray[np.float64]]:
    """The k allowed rows with the highest cosine, best first, ties by ascending chunk id, and their cosines.

    Exact: float32 finds every row that could be among them, float64 decides. Raises IndexDamaged where a
    stored vector is not one.
    """
    rows, rough = _rough_scores(vectors, allowed, question)
    if not len(rows) or k < 1:
        return np.empty(0, dtype=np.int64), np.empty(0)
    _check(rough, question)
    if len(rows) > k:
        kth = np.partition(rough, len(rough) - k)[len(rough) - k]
        rows = rows[rough >= kth - _margin(question)]
    scores = _exact_scores(vectors, rows, question)
    order = np.lexsort((chunks[rows], -scores))[:k]
    return rows[order], scores[order]


def _rough_scores(
    vectors: NDArray[np.float32], allowed: AllowedRows, question: NDArray[np.float32]
) -> tuple[NDArray[np.int64], NDArray[np.float32]]:
    """Allowed rows and their float32 scores.

    `vecdot`, not `@`: for 100,000 x 384 it needs 5 ms of one core where OpenBLAS's matrix times vector needs 12
    and wakes a thread per core, which is slower still on a busy machine.
    """
    rows = np.flatnonzero(allowed.mask)
    if len(rows) > len(vectors) * GATHER_SHARE:
        return rows, np.vecdot(vectors, question)[allowed.mask]
    scores = np.empty(len(rows), dtype=np.float32)
    for start in range(0, len(rows), BLOCK):
        np.vecdot(vectors[rows[start : start + BLOCK]], question, out=scores[start : start + BLOCK])
    return rows, scores


def _exact_scores(
    vectors: NDArray[np.float32], rows: NDArray[np.int64], question: NDArray[np.float32]
) -> NDArray[np.float64]:
    scores = np.empty(len(rows))
    for start in range(0, len(rows), BLOCK):
        block = vectors[rows[start : start + BLOCK]].astype(np.float64)
        np.sum(block * question.astype(np.float64), axis=1, out=scores[start : start + BLOCK])
    return scores.round(SCORE_DECIMALS)


def _margin(question: NDArray[np.float32]) -> float:
    """Twice the bound of the rounding error of a float32 dot product of n terms, n * eps * |a| * |b|, with |b| <= 1."""
    return float(2 * len(question) * np.finfo(np.float32).eps * np.linalg.norm(question)) + 10.0**-SCORE_DECIMALS


def _check(rough: NDArray[np.float32], question: NDArray[np.float32]) -> None:
    bound = 1.02 * float(np.linalg.norm(question)) + 1e-6
    if not (rough.max() <= bound and rough.min() >= -bound):  # also true where one is not a number
        raise IndexDamaged("A stored vector is not normalised: the vectors of the index are damaged.")
