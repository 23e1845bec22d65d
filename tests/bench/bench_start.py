"""Seconds from a start to the first answer of the demo company, and the memory of everything that was started.

    python -m tests.bench.bench_start

Works in a throw-away data folder, with the model of the checkout. Starts twice: the first start loads the company, the
second one finds it. Linux only, as it reads /proc. Prints JSON lines.
"""

import argparse
import json
import os
import signal
import socket
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


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--models", type=Path, default=PROJECT / "var" / "models")
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="bench-start-") as data:
        environment = {
            **os.environ,
            "RAGPORTAL_DATA_DIR": data,
            "RAGPORTAL_MODELS_DIR": str(arguments.models.absolute()),
        }
        first_answer("first start", Path(data), environment)
        first_answer("second start", Path(data), environment)


def first_answer(part: str, data: Path, environment: dict[str, str]) -> None:
    """Start, ask once, and say what everything that was started holds then."""
    port = free_port()
    start = time.perf_counter()
    with running(port, environment, []) as process:
        visitor = WebVisitor(f"http://127.0.0.1:{port}")
        visitor.wait_until_there(300)
        visitor.sign_in(EMAIL, (data / "secrets" / "demo.password").read_text()[:PASSWORD_LENGTH])
        seconds_to_ask(visitor)
        say(part=part, seconds_to_first_answer=round(time.perf_counter() - start, 1), bar=30)
        say(part=f"{part}, memory", sum_of_pss_mb=round(pss_megabytes(tree_of(process.pid))))


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
