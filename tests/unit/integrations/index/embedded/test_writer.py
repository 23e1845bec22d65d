"""A batch is in the index whole or not at all: killed processes and full disks."""

import random
import resource
import signal
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from integrations.index.base import IndexBatch
from integrations.index.embedded import EmbeddedIndex
from tests.contracts.index_samples import DIMENSION, MODEL, chunk, everything, put, version
from tests.unit.integrations.index.embedded.conftest import (
    ENDLESS,
    EXPECTED,
    Start,
    batch_chunks,
    both_parts,
    fill,
    line,
    tell,
)


class TestKilledWriters:
    def test_killed_at_any_moment_the_index_is_as_before_or_after_the_batch(self, folder: Path, start: Start) -> None:
        moments = random.Random(7)
        done = 0
        for _ in range(5):
            writer = start(ENDLESS)
            tell(writer, done + 1)
            for _ in range(moments.randint(1, 3)):
                done = int(line(writer))
            time.sleep(moments.random() * 0.08)
            writer.kill()
            rest = writer.communicate()[0].split()
            done = int(rest[-1]) if rest else done
            done = self._check(EmbeddedIndex(folder, MODEL, DIMENSION), done)

    @pytest.mark.parametrize(
        "moment",
        [
            "writer.TableWriter.append",
            "writer.text_document",
            "writer.TableWriter.sync",
            "writer.write_state",
            "state.replace_file",
            "generations.remove_old_tables",
        ],
    )
    def test_dying_at_a_step_leaves_the_former_batch(self, folder: Path, start: Start, moment: str) -> None:
        script = f"""
import os
from integrations.index.embedded import generations, state, writer
index.write(batch(1))
say(1)
{moment} = lambda *_: os._exit(9)
index.write(batch(2))
"""
        process = start(script)
        assert line(process) == "1"
        process.wait()
        assert self._check(EmbeddedIndex(folder, MODEL, DIMENSION), 1) in (1, 2)

    @pytest.mark.parametrize("moment", ["index.switch_to", "index.create_generation", "generations.write_state"])
    def test_dying_in_a_rebuild_leaves_the_old_generation(self, folder: Path, start: Start, moment: str) -> None:
        script = f"""
import os
from integrations.index.embedded import generations, index as module
index.write(batch(1))
{moment.replace("index.", "module.", 1)} = lambda *_: os._exit(9)
index.rebuild([batch(2)])
"""
        start(script).wait()
        self._check(EmbeddedIndex(folder, MODEL, DIMENSION), 1)
        assert [path.name for path in folder.glob("generation-*")] == ["generation-1"]

    @staticmethod
    def _check(index: EmbeddedIndex, done: int) -> int:
        """The index holds batch `done` or the next one, whole, and can be written; the batch it holds."""
        dense, bm25 = both_parts(index)
        held = dense[0] // 10
        assert held in (done, done + 1)
        assert dense == bm25 == batch_chunks(held)
        assert index.verify([(d, d, 100) for d in (1, 2, 3)]) == []
        index.write(put(version(9, 9, 100, [chunk(9)])))
        assert both_parts(index) == ([9, *batch_chunks(held)], [9, *batch_chunks(held)])
        assert index.verify([(d, d, 100) for d in (1, 2, 3, 9)]) == []
        index.write(IndexBatch(drop_documents=(9,)))
        return held


@contextmanager
def largest_file(size: int) -> Iterator[None]:
    """Let no file grow beyond `size` bytes: writing fails as on a full disk, for root too."""
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    former = signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
    resource.setrlimit(resource.RLIMIT_FSIZE, (size, hard))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))
        signal.signal(signal.SIGXFSZ, former)


class TestFullDisk:
    @pytest.mark.parametrize("size", [10, 100, 800, 3_000, 10_000])
    def test_nothing_of_the_batch_is_visible(self, index: EmbeddedIndex, folder: Path, size: int) -> None:
        fill(index)
        large = [chunk(n, " ".join(f"words{n}x{i}" for i in range(20))) for n in range(100, 1_100)]
        with largest_file(size), pytest.raises(OSError, match="."):
            index.write(put(version(1, 11, 300, large)))
        for reopened in (index, EmbeddedIndex(folder, MODEL, DIMENSION)):
            assert everything(reopened, 100, 200, 300) == ([1, 2, 3], [1, 2, 3])
            assert reopened.verify(EXPECTED) == []
        index.write(put(version(1, 11, 300, large)))
        assert len(everything(index, 300)[0]) == 1_000

    def test_a_first_write_that_fails_leaves_an_empty_index(self, index: EmbeddedIndex) -> None:
        with largest_file(10), pytest.raises(OSError, match="."):
            fill(index)
        assert everything(index, 100) == ([], [])
        fill(index)
        assert everything(index, 100) == ([1, 2], [1, 2])

    def test_rules_that_could_not_be_moved_are_moved_by_the_next_try(self, index: EmbeddedIndex) -> None:
        fill(index)
        with largest_file(16), pytest.raises(OSError, match="."):  # room for the rules, none for the state
            index.set_rules([(1, 200)])
        index.set_rules([(1, 200)])
        assert everything(index, 100) == ([], [])
        assert everything(index, 200) == ([1, 2, 3], [1, 2, 3])
