"""How fast the embedding model is and how much memory it takes: `python -m tests.bench.bench_embedder [MODEL …]`.

Prints a JSON object a line. Run on a quiet machine; `tokens_per_cpu_second` suffers less from other work.
"""

import json
import random
import statistics
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from integrations.embeddings.fetching import fetch_model
from integrations.embeddings.onnx import OnnxEmbedder, open_embedder

MODELS_DIR = Path(__file__).parents[2] / "var" / "models"
QUESTION = "How many days of parental leave do I get in Germany?"
WORDS = "the invoice must be paid within thirty days unless a manager approved another date in writing before".split()
PASSAGES = 48
QUESTIONS = 60


def main(models: list[str]) -> None:
    for model in models or ["bge-small-en-v1.5", "all-minilm-l6-v2"]:
        fetch_model(model, MODELS_DIR)
        for name, value in measure(open_embedder(model=model, models_dir=MODELS_DIR)).items():
            sys.stdout.write(json.dumps({"bench": "embedder", "model": model, "name": name, "value": value}) + "\n")


def measure(embedder: OnnxEmbedder) -> dict[str, float]:
    """Everything about one model; passages of 20 words up to its window, seeded."""
    before = resident_mb()
    started = time.perf_counter()
    embedder.embed_question(QUESTION)
    results = {"load_seconds": time.perf_counter() - started, "loaded_mb": resident_mb() - before}
    passages = invented_passages(embedder)
    tokens = sum(len(embedder.token_offsets(passage)) + embedder.special_tokens for passage in passages)
    wall, processor = time.perf_counter(), time.process_time()
    embedder.embed_documents(passages)
    results["tokens_per_second"] = tokens / (time.perf_counter() - wall)
    results["tokens_per_cpu_second"] = tokens / (time.process_time() - processor)
    results["bulk_mb"] = resident_mb() - before
    results |= {f"question_ms_{name}": value for name, value in question_times(embedder).items()}
    with bulk_at_work(embedder, passages):
        results |= {f"question_ms_beside_bulk_{name}": value for name, value in question_times(embedder).items()}
    return {name: round(value, 2) for name, value in results.items()}


@contextmanager
def bulk_at_work(embedder: OnnxEmbedder, passages: list[str]) -> Iterator[None]:
    """Another thread embeds passages for the length of the block."""
    enough = threading.Event()

    def embed() -> None:
        while not enough.is_set():
            embedder.embed_documents(passages[:4])

    thread = threading.Thread(target=embed)
    thread.start()
    try:
        yield
    finally:
        enough.set()
        thread.join()


def question_times(embedder: OnnxEmbedder) -> dict[str, float]:
    times = []
    for _ in range(QUESTIONS):
        started = time.perf_counter()
        embedder.embed_question(QUESTION)
        times.append((time.perf_counter() - started) * 1000)
    return {"median": statistics.median(times), "p95": statistics.quantiles(times, n=20)[-1]}


def invented_passages(embedder: OnnxEmbedder) -> list[str]:
    dice = random.Random(1)
    longest = embedder.window * 2 // 3  # words: "invoice" is two tokens
    return [" ".join(dice.choices(WORDS, k=dice.randint(20, longest))) for _ in range(PASSAGES)]


def resident_mb() -> float:
    """Memory of this process as the system counts it (Linux)."""
    fields = dict(line.split(":", 1) for line in Path("/proc/self/status").read_text().splitlines())
    return int(fields["VmRSS"].split()[0]) / 1024


if __name__ == "__main__":
    main(sys.argv[1:])
