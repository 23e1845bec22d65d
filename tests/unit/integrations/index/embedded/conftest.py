"""A folder for an index, the index in it, and Python processes beside ours that use the same folder."""

import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from integrations.index.base import IndexBackend
from integrations.index.embedded import EmbeddedIndex
from tests.contracts.index_samples import DIMENSION, MODEL, chunk, everything, put, version

Start = Callable[[str], "subprocess.Popen[str]"]

PREAMBLE = """
import sys
from pathlib import Path
from integrations.index.base import IndexBatch
from integrations.index.embedded import EmbeddedIndex
from tests.contracts.index_samples import *
folder = Path(sys.argv[1])
index = EmbeddedIndex(folder, MODEL, DIMENSION)
def say(word):
    print(word, flush=True)
def batch(number):
    return put(*(version(d, d, 100, [chunk(number * 10 + d), chunk(number * 10 + d + 5)]) for d in (1, 2, 3)))
"""


def batch_chunks(number: int) -> list[int]:
    """The chunks of `batch(number)`, which replaces every earlier batch."""
    return sorted(number * 10 + d + extra for d in (1, 2, 3) for extra in (0, 5))


EXPECTED = [(1, 11, 100), (2, 12, 200)]

ENDLESS = """
for number in range(int(sys.stdin.readline()), 10**6):
    index.write(batch(number))
    say(number)
"""


def fill(index: IndexBackend) -> None:
    index.write(put(version(1, 11, 100, [chunk(1), chunk(2)]), version(2, 12, 200, [chunk(3)])))


def line(process: "subprocess.Popen[str]") -> str:
    return process.stdout.readline().strip()


def tell(process: "subprocess.Popen[str]", word: object) -> None:
    process.stdin.write(f"{word}\n")
    process.stdin.flush()


def both_parts(index: EmbeddedIndex) -> tuple[list[int], list[int]]:
    return everything(index, 100)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path / "tenant"


@pytest.fixture
def index(folder: Path) -> EmbeddedIndex:
    return EmbeddedIndex(folder, MODEL, DIMENSION, wait_seconds=0)


@pytest.fixture
def start(folder: Path) -> Iterator[Start]:
    """Runs a script in another process; its names are those of PREAMBLE."""
    processes: list[subprocess.Popen[str]] = []

    def run(script: str) -> "subprocess.Popen[str]":
        command = [sys.executable, "-c", PREAMBLE + script, str(folder)]
        process = subprocess.Popen(
            command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, cwd=Path(__file__).parents[5]
        )
        processes.append(process)
        return process

    yield run
    for process in processes:
        process.kill()
        process.communicate()
