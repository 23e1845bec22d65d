"""What taking folders in through the workers of `manage.py run` costs, and what people who ask meanwhile feel of it.

    python -m tests.bench.bench_workers --data FOLDER

Takes in FOLDER/handbook/content and FOLDER/office beside the demo company. Prints JSON lines: the time to answer
while the folders are taken in and when nothing else happens, the highest sum of PSS, and the ingest's throughput as a
share of the bare embedder's on the same chunks, which it measures afterwards. Linux only, as it reads /proc.
"""

import argparse
import os
import random
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from tests.bench.bench_start import EMAIL, free_port, running, say, seconds_to_ask
from tests.factories.process_tree import pss_megabytes, tree_of
from tests.factories.web_visitor import WebVisitor

PROJECT = Path(__file__).parents[2]
PARTS = ("handbook/content", "office")
LOOK_SECONDS = 0.25
ASK_EVERY_SECONDS = 2.0
QUESTIONS_ALONE = 60
PASSWORD_LENGTH = 16
LONGEST = 3_600.0
SYNC_IS_OVER = """
import sys
from django.db.models import F
from ragportal.common.tenancy import use_tenant
from ragportal.knowledge.models import SyncRun
from ragportal.tenants.models import Tenant
with use_tenant(Tenant.objects.get(slug="norvane").pk):
    run = SyncRun.objects.filter(source__name="folders").order_by("pk").first()
    took = (run.finished_at - run.started_at).total_seconds() if run and run.finished_at else None
    sys.stdout.write("none" if took is None else f"{took} {run.seen} {run.added} {run.failed} {run.state}")
"""
EMBED_ALONE = """
import sys, time
from ragportal.common.engines import the_embedder
from ragportal.common.tenancy import use_tenant
from ragportal.knowledge.chunking.chunks import embedding_text
from ragportal.knowledge.models import Chunk
from ragportal.tenants.models import Tenant
with use_tenant(Tenant.objects.get(slug="norvane").pk):
    chunks = Chunk.objects.filter(version__document__source__name="folders").order_by("pk").select_related("version")
    texts = [embedding_text(chunk.version.title, chunk.heading_path, chunk.text) for chunk in chunks]
the_embedder().embed_question("warm")
start = time.perf_counter()
the_embedder().embed_documents(texts)
sys.stdout.write(f"{time.perf_counter() - start} {len(texts)}")
"""


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--data", type=Path, required=True)
    parser.add_argument("--models", type=Path, default=PROJECT / "var" / "models")
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="bench-workers-") as place:
        folders, data = Path(place) / "folders", Path(place) / "var"
        for part in PARTS:
            shutil.copytree(arguments.data / part, folders / part)
        environment = {
            **os.environ,
            "RAGPORTAL_DATA_DIR": str(data),
            "RAGPORTAL_MODELS_DIR": str(arguments.models.absolute()),
        }
        port = free_port()
        with running(port, environment, ["--docs", str(folders)]) as process:
            visitor = WebVisitor(f"http://127.0.0.1:{port}")
            visitor.wait_until_there(300)
            visitor.sign_in(EMAIL, (data / "secrets" / "demo.password").read_text()[:PASSWORD_LENGTH])
            took = watch(process.pid, visitor, environment)
        seconds, chunks = map(float, told(EMBED_ALONE, environment).split())
        say(part="bare embedder", seconds=round(seconds, 1), chunks=int(chunks))
        say(part="ratio", of="bare embedder's throughput", value=round(seconds / took, 3), bar=0.85)


def watch(root: int, visitor: WebVisitor, environment: dict[str, str]) -> float:
    """Ask and look at the memory until the sync is over, then ask alone; returns the seconds of the sync."""
    chance = random.Random(20261122)
    beside, highest, end = [], 0.0, time.monotonic() + LONGEST
    looked = asked = time.monotonic()
    state = "none"
    while state == "none" and time.monotonic() < end:
        highest = max(highest, pss_megabytes(tree_of(root)))
        if time.monotonic() - asked > ASK_EVERY_SECONDS * chance.uniform(0.5, 1.5):
            asked = time.monotonic()
            beside.append(seconds_to_ask(visitor))
        if time.monotonic() - looked > 10:  # the look costs a process of its own
            looked = time.monotonic()
            state = told(SYNC_IS_OVER, environment)
        time.sleep(LOOK_SECONDS)
    took, seen, added, failed, ended = state.split()
    say(part="sync through workers", seconds=float(took), seen=seen, added=added, failed=failed, state=ended)
    say(part="memory", highest_sum_of_pss_mb=round(highest), bar_mb=1000)
    alone = [seconds_to_ask(visitor) for _ in range(QUESTIONS_ALONE)]
    say(
        part="questions while an ingest runs",
        questions=len(beside),
        median_ms=round(statistics.median(beside) * 1000),
        p95_ms=round(percentile(beside) * 1000),
        alone_median_ms=round(statistics.median(alone) * 1000),
        alone_p95_ms=round(percentile(alone) * 1000),
        ratio_of_p95=round(percentile(beside) / percentile(alone), 2),
        bar=2,
    )
    return float(took)


def percentile(values: list[float]) -> float:
    """The 95th."""
    return statistics.quantiles(values, n=20)[-1]


def told(code: str, environment: dict[str, str]) -> str:
    """What a piece of code prints in the installation."""
    command = [sys.executable, str(PROJECT / "manage.py"), "shell", "-v0", "-c", code]
    return subprocess.run(command, env=environment, check=True, capture_output=True, text=True).stdout


if __name__ == "__main__":
    main()
