"""Seconds from a start to the first answer of the demo company, and the memory of everything that was started.

    python -m tests.bench.bench_start [--docs FOLDER]

Works in a throw-away data folder, with the model of the checkout. Starts twice: the first start loads the company, the
second one finds it. With --docs the second start takes that folder in meanwhile, questions are asked beside it, and
the highest sum of PSS is printed. Linux only, as it reads /proc. Prints JSON lines.
"""

import argparse
import json
import os
import signal
import socket
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from tests.factories.process_tree import pss_megabytes, tree_of
from tests.factories.web_visitor import WebVisitor

PROJECT = Path(__file__).parents[2]
EMAIL = "owen.clarke@norvane.example"
QUESTION = "How much is the daily meal allowance when I travel?"
PASSWORD_LENGTH = 16
LOOK_SECONDS = 0.25
QUESTION_EVERY = 20
"""Looks at the memory between two questions."""


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--docs", type=Path)
    parser.add_argument("--models", type=Path, default=PROJECT / "var" / "models")
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="bench-start-") as data:
        environment = {
            **os.environ,
            "RAGPORTAL_DATA_DIR": data,
            "RAGPORTAL_MODELS_DIR": str(arguments.models.absolute()),
        }
        first_answer("first start", Path(data), environment, [])
        extra = ["--docs", str(arguments.docs.absolute())] if arguments.docs else []
        first_answer("second start", Path(data), environment, extra)


def first_answer(part: str, data: Path, environment: dict[str, str], extra: list[str]) -> None:
    """Start, ask once, and with `extra` watch the sync to its end."""
    port = free_port()
    start = time.perf_counter()
    with running(port, environment, extra) as process:
        visitor = WebVisitor(f"http://127.0.0.1:{port}")
        visitor.wait_until_there(300)
        visitor.sign_in(EMAIL, (data / "secrets" / "demo.password").read_text()[:PASSWORD_LENGTH])
        seconds_to_ask(visitor)
        say(part=part, seconds_to_first_answer=round(time.perf_counter() - start, 1), bar=30)
        if extra:
            watch_sync(process.pid, visitor)


def watch_sync(root: int, visitor: WebVisitor) -> None:
    """Look at the memory until the sync's process has ended; ask now and then."""
    start, highest, looks, answers = time.perf_counter(), 0.0, 0, []
    while len(processes := tree_of(root)) > 1:
        highest = max(highest, pss_megabytes(processes))
        if looks % QUESTION_EVERY == 0:
            answers.append(seconds_to_ask(visitor))
        looks += 1
        time.sleep(LOOK_SECONDS)
    say(
        part="sync beside the server",
        seconds=round(time.perf_counter() - start, 1),
        highest_sum_of_pss_mb=round(highest),
        bar_mb=1000,
        questions=len(answers),
        seconds_an_answer_median=round(statistics.median(answers), 2) if answers else None,
    )


def seconds_to_ask(visitor: WebVisitor) -> float:
    start = time.perf_counter()
    if "48 euros" not in visitor.post("/norvane/ask", question=QUESTION):
        raise SystemExit("The demo company's answer is not on the page.")
    return time.perf_counter() - start


@contextmanager
def running(port: int, environment: dict[str, str], extra: list[str]) -> Iterator[subprocess.Popen[str]]:
    command = [sys.executable, str(PROJECT / "manage.py"), "run", "--port", str(port), *extra]
    process = subprocess.Popen(  # noqa: S603 - our own command
        command, env=environment, stdout=subprocess.DEVNULL, text=True
    )
    try:
        yield process
    finally:
        process.send_signal(signal.SIGINT)
        process.wait(30)


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def say(**fields: object) -> None:
    sys.stdout.write(json.dumps(fields) + "\n")
    sys.stdout.flush()


if __name__ == "__main__":
    main()
