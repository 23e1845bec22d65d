"""What filtering by access rules costs in the embedded index: `python -m tests.bench.bench_index [--chunks N]`.

One JSON object a line: building, then for each share of documents that an asker may read the time of a search
beside the same search without any filter, taken in turns, and whether its results equal a naive full scan.
"""

import argparse
import json
import multiprocessing
import statistics
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from integrations.index.base import AllowedRules, IndexBatch, IndexedChunk, IndexedVersion, SearchQuery
from integrations.index.embedded import EmbeddedIndex
from integrations.index.embedded.reader import Reader
from integrations.index.embedded.snapshot import Snapshot
from integrations.index.embedded.text import question_query, top_places

MODEL, DIMENSION = "bench", 384
SHARES = (0.0001, 0.01, 0.1, 0.4, 1.0)
WORDS_IN_CHUNK, WORDS_IN_QUESTION, VOCABULARY = 120, 12, 30_000
CHUNKS_IN_DOCUMENT = 2
VERSIONS_IN_BATCH = 500
SEED = 1


@dataclass(frozen=True)
class Corpus:
    """Texts and vectors of all chunks; document d has the rule d and the chunks 2d and 2d + 1."""

    vocabulary: NDArray[np.str_]
    words: NDArray[np.int64]
    vectors: NDArray[np.float32]

    def batches(self) -> Iterator[IndexBatch]:
        documents = len(self.words) // CHUNKS_IN_DOCUMENT
        for first in range(0, documents, VERSIONS_IN_BATCH):
            yield IndexBatch(put=tuple(map(self._version, range(first, min(first + VERSIONS_IN_BATCH, documents)))))

    def _version(self, document: int) -> IndexedVersion:
        numbers = range(document * CHUNKS_IN_DOCUMENT, (document + 1) * CHUNKS_IN_DOCUMENT)
        chunks = (IndexedChunk(n, "", "", " ".join(self.vocabulary[self.words[n]]), self.vectors[n]) for n in numbers)
        return IndexedVersion(document, document, document, "en", tuple(chunks))


def corpus(chunks: int) -> Corpus:
    generator = np.random.default_rng(SEED)
    letters = generator.integers(97, 123, size=(VOCABULARY, 7), dtype=np.uint8)
    vocabulary = np.array([row.tobytes().decode() for row in letters])
    vectors = generator.standard_normal((chunks, DIMENSION), dtype=np.float32)
    vectors /= np.linalg.norm(vectors, axis=1, keepdims=True)
    return Corpus(vocabulary, _frequent_first(generator, (chunks, WORDS_IN_CHUNK)), vectors)


def _frequent_first(generator: np.random.Generator, shape: tuple[int, ...]) -> NDArray[np.int64]:
    """Word numbers distributed as in natural text: frequency falls with the rank."""
    frequency = 1 / np.arange(1, VOCABULARY + 1)
    return generator.choice(VOCABULARY, size=shape, p=frequency / frequency.sum())


def questions(data: Corpus, count: int) -> list[SearchQuery]:
    generator = np.random.default_rng(SEED + 1)
    words = _frequent_first(generator, (count, WORDS_IN_QUESTION))
    near = data.vectors[generator.integers(0, len(data.vectors), count)]
    vectors = near + generator.standard_normal(near.shape, dtype=np.float32) * 0.05
    vectors /= np.linalg.norm(vectors, axis=1, keepdims=True)
    return [
        SearchQuery(" ".join(data.vocabulary[row]), vector, "en") for row, vector in zip(words, vectors, strict=True)
    ]


def search_unfiltered(snapshot: Snapshot, query: SearchQuery, k: int) -> None:
    """The floor: both parts at the same time over everything, no mask, no check, no recount."""

    def words() -> None:
        found = question_query(snapshot.searcher, snapshot.schema, query.text, ["en"])
        if found is not None:
            top_places(snapshot.searcher, found, k)

    with ThreadPoolExecutor(max_workers=1) as executor:
        other = executor.submit(words)
        scores = np.vecdot(snapshot.tables.vectors, query.vector)
        best = np.argpartition(scores, -k)[-k:]
        best[np.argsort(-scores[best])]
        other.result()


def is_exact(snapshot: Snapshot, index: EmbeddedIndex, query: SearchQuery, allowed: AllowedRules, k: int) -> bool:
    """Whether both parts equal a naive ranking of everything, cut down to what is allowed."""
    hits = index.search(query, allowed, k)
    chunks = np.flatnonzero(np.isin(np.arange(len(snapshot.tables.chunks)) // CHUNKS_IN_DOCUMENT, allowed.sorted_ids))
    scores = (snapshot.tables.vectors[chunks].astype(np.float64) * query.vector.astype(np.float64)).sum(axis=1).round(9)
    dense = chunks[np.lexsort((chunks, -scores))][:k]
    found = question_query(snapshot.searcher, snapshot.schema, query.text, ["en"])
    places, scores = top_places(snapshot.searcher, found, len(snapshot.tables.chunks))
    rows = snapshot.rows_of(places)
    keep = np.isin(rows, chunks)
    bm25 = rows[keep][np.lexsort((rows[keep], -scores[keep].round(4)))][:k]
    return [hit.chunk for hit in hits.dense] == dense.tolist() and [hit.chunk for hit in hits.bm25] == bm25.tolist()


def milliseconds(call: Callable[[], object]) -> float:
    started = time.perf_counter()
    call()
    return (time.perf_counter() - started) * 1000


def allowed_share(share: float, documents: int) -> AllowedRules:
    count = max(1, round(share * documents))
    chosen = np.random.default_rng(SEED + 2).choice(documents, size=count, replace=False)
    return AllowedRules(frozenset(chosen.tolist()))


def measure(
    index: EmbeddedIndex, snapshot: Snapshot, asked: list[SearchQuery], allowed: AllowedRules, k: int
) -> dict[str, float]:
    """Milliseconds of searches with and without filter, taken in turns; the scope is warm.

    "processor": time that the search itself worked, whatever else the machine did meanwhile.
    """
    index.search(asked[0], allowed, k)
    filtered, floor, work = [], [], []
    for query in asked:
        floor.append(milliseconds(lambda query=query: search_unfiltered(snapshot, query, k)))
        started = time.process_time()
        filtered.append(milliseconds(lambda query=query: index.search(query, allowed, k)))
        work.append((time.process_time() - started) * 1000)
    return {
        "p50_ms": round(statistics.median(filtered), 2),
        "p95_ms": round(float(np.percentile(filtered, 95)), 2),
        "processor_p50_ms": round(statistics.median(work), 2),
        "unfiltered_p50_ms": round(statistics.median(floor), 2),
        "unfiltered_p95_ms": round(float(np.percentile(floor, 95)), 2),
        "ratio": round(statistics.median(filtered) / statistics.median(floor), 2),
    }


def _spin() -> None:
    while True:
        pass


@contextmanager
def busy_cores(count: int) -> Iterator[None]:
    """Keep `count` cores busy with other work."""
    processes = [multiprocessing.Process(target=_spin, daemon=True) for _ in range(count)]
    for process in processes:
        process.start()
    try:
        yield
    finally:
        for process in processes:
            process.kill()
            process.join()


def say(**values: object) -> None:
    sys.stdout.write(json.dumps(values) + "\n")
    sys.stdout.flush()


def run(folder: Path, chunks: int, count: int, k: int) -> None:
    data = corpus(chunks)
    index = EmbeddedIndex(folder, MODEL, DIMENSION)
    seconds = milliseconds(lambda: index.rebuild(data.batches())) / 1000
    size = sum(path.stat().st_size for path in folder.rglob("*") if path.is_file())
    say(step="build", chunks=chunks, seconds=round(seconds, 1), megabytes=round(size / 1e6))
    snapshot = Reader(folder, MODEL, DIMENSION).snapshot()
    documents = chunks // CHUNKS_IN_DOCUMENT
    asked = questions(data, count)
    for share in SHARES:
        allowed = allowed_share(share, documents)
        exact = all(is_exact(snapshot, index, query, allowed, k) for query in asked[:10])
        for load, cores in (("quiet", 0), ("busy", 2)):
            with busy_cores(cores):
                figures = measure(index, snapshot, asked, allowed, k)
            say(step="search", share=share, rules=len(allowed.ids), k=k, load=load, exact=exact, **figures)
    moved = [(document, 0) for document in range(min(5_000, documents))]
    say(step="set_rules", documents=len(moved), ms=round(milliseconds(lambda: index.set_rules(moved)), 1))
    fresh = AllowedRules(frozenset(range(documents)))
    say(step="cold scope", ms=round(milliseconds(lambda: index.search(asked[0], fresh, k)), 1))
    once = next(iter(data.batches())).put[:1]
    say(
        step="write",
        ms=round(statistics.median(milliseconds(lambda: index.write(IndexBatch(once))) for _ in range(9)), 1),
    )


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--chunks", type=int, default=100_000)
    parser.add_argument("--questions", type=int, default=100)
    parser.add_argument("--k", type=int, default=200)
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        run(Path(folder) / "index", options.chunks, options.questions, options.k)


if __name__ == "__main__":
    main()
