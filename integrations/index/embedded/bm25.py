"""The BM25 half of a search: the best text documents among those an asker may see."""

import numpy as np
from numpy.typing import NDArray
from tantivy import Occur, Query

from integrations.index.embedded.snapshot import AllowedRows, Snapshot
from integrations.index.embedded.text import question_query, text_read_errors, top_places

SCORE_DECIMALS = 4  # tantivy adds float32 in an order that differs between segments; equal texts must tie
SPARE = 1.3  # hits fetched beyond what the allowed share suggests
MOST_UNFILTERED = 8_000  # hits; beyond, and with few allowed, filtering inside tantivy beats fetching and dropping


def best_rows(
    snapshot: Snapshot, allowed: AllowedRows, text: str, language: str, k: int
) -> tuple[NDArray[np.int64], NDArray[np.float64]]:
    """The k allowed rows with the highest BM25 score, best first, ties by ascending chunk id, and their scores.

    Raises IndexDamaged.
    """
    nothing = np.empty(0, dtype=np.int64), np.empty(0)
    if not allowed.count or k < 1:
        return nothing
    languages = list(dict.fromkeys((language, snapshot.main_language)))
    with text_read_errors(snapshot.folder):
        query = question_query(snapshot.searcher, snapshot.schema, text, languages)
        return nothing if query is None else _fetch(snapshot, allowed, query, k)


def _fetch(
    snapshot: Snapshot, allowed: AllowedRows, query: Query, k: int
) -> tuple[NDArray[np.int64], NDArray[np.float64]]:
    """Fetch more and more hits and drop what is not allowed, until the k best are sure.

    They are sure when nothing is left to fetch, or when the last fetched hit is worse than the k-th kept one.
    """
    limit = int(SPARE * k * len(allowed.mask) / allowed.count) + 16
    filterable = 2 * allowed.count < len(allowed.mask)
    while True:
        if limit > MOST_UNFILTERED and filterable:
            query = Query.boolean_query([(Occur.Must, query), (Occur.Must, allowed.text_filter)])
            limit, filterable = int(SPARE * k) + 16, False
        limit = min(limit, snapshot.searcher.num_docs + 1)
        places, fetched = top_places(snapshot.searcher, query, limit)
        fetched = fetched.round(SCORE_DECIMALS)
        rows = snapshot.rows_of(places)
        keep = (rows >= 0) & allowed.mask[rows]
        scores = fetched[keep]
        if len(fetched) < limit or (len(scores) >= k and fetched[-1] < scores[k - 1]):
            return _ordered(snapshot, rows[keep], scores, k)
        limit *= 4


def _ordered(
    snapshot: Snapshot, rows: NDArray[np.int64], scores: NDArray[np.float64], k: int
) -> tuple[NDArray[np.int64], NDArray[np.float64]]:
    order = np.lexsort((snapshot.tables.chunks[rows], -scores))[:k]
    return rows[order], scores[order]
