"""Several processes, one folder: what a reader sees while another process writes, and is killed."""

import random
import subprocess
import threading
import time
from pathlib import Path

import pytest

from integrations.index.base import IndexBatch, IndexBusy
from integrations.index.embedded import EmbeddedIndex
from tests.contracts.index_samples import DIMENSION, MODEL, ask, chunk, everything, found, put, readers_of, version
from tests.unit.integrations.index.embedded.conftest import Start, batch_chunks

ENDLESS = """
for number in range(int(sys.stdin.readline()), 10**6):
    index.write(batch(number))
    say(number)
"""


def line(process: "subprocess.Popen[str]") -> str:
    return process.stdout.readline().strip()


def tell(process: "subprocess.Popen[str]", word: object) -> None:
    process.stdin.write(f"{word}\n")
    process.stdin.flush()


def both_parts(index: EmbeddedIndex) -> tuple[list[int], list[int]]:
    return everything(index, 100)


class TestReadersBesideAWriter:
    def test_a_finished_batch_is_visible_at_once(self, index: EmbeddedIndex, start: Start) -> None:
        writer = start(
            "for number in range(1, 4):\n    sys.stdin.readline(); index.write(batch(number)); say(number)\n"
        )
        assert both_parts(index) == ([], [])
        for number in (1, 2, 3):
            tell(writer, "go")
            assert line(writer) == str(number)
            assert both_parts(index) == (batch_chunks(number), batch_chunks(number))

    def test_moved_documents_are_visible_at_once(self, index: EmbeddedIndex, start: Start) -> None:
        scope = readers_of(200)
        index.write(put(version(1, 11, 100, [chunk(1)])))
        assert found(ask(index, scope, "words", [0, 0, 0, 1])) == ([], [])
        assert line(start("index.set_rules([(1, 200)]); say('moved')")) == "moved"
        assert found(ask(index, scope, "words", [0, 0, 0, 1])) == ([1], [1])

    def test_a_reader_never_sees_parts_of_two_batches(self, index: EmbeddedIndex, start: Start) -> None:
        writer = start(ENDLESS)
        tell(writer, 1)
        line(writer)
        seen = set()
        deadline = time.monotonic() + 2
        while time.monotonic() < deadline:
            dense, bm25 = both_parts(index)
            assert dense == bm25 == batch_chunks(dense[0] // 10)
            seen.add(dense[0] // 10)
        assert len(seen) > 3

    def test_threads_share_one_index(self, index: EmbeddedIndex) -> None:
        index.write(put(version(1, 11, 100, [chunk(1)]), version(2, 12, 200, [chunk(2)])))
        wrong: list[object] = []

        def search() -> None:
            for _ in range(40):
                hits = both_parts(index), everything(index, 300)
                if hits != (([1], [1]), ([], [])):
                    wrong.append(hits)

        threads = [threading.Thread(target=search) for _ in range(6)]
        for thread in threads:
            thread.start()
        for _ in range(5):
            index.write(put(version(1, 11, 100, [chunk(1)])))
        for thread in threads:
            thread.join()
        assert wrong == []

    def test_an_index_opened_before_a_fork_is_searched_after_it(self, index: EmbeddedIndex, start: Start) -> None:
        index.write(put(version(1, 11, 100, [chunk(1)])))
        script = """
import os
everything(index, 100)
if os.fork() == 0:
    say(everything(index, 100)); os._exit(0)
os.wait()
"""
        assert line(start(script)) == "([1], [1])"


class TestOneWriter:
    def test_a_second_writer_is_told_and_changes_nothing(self, index: EmbeddedIndex, start: Start) -> None:
        index.write(put(version(1, 11, 100, [chunk(1)])))
        script = (
            "def wait():\n    say('inside'); sys.stdin.readline(); yield batch(2)\nindex.rebuild(wait()); say('done')\n"
        )
        writer = start(script)
        assert line(writer) == "inside"
        for attempt in (
            lambda: index.write(put(version(1, 11, 200, [chunk(9)]))),
            lambda: index.set_rules([(1, 200)]),
            lambda: index.rebuild([]),
        ):
            with pytest.raises(IndexBusy, match="nothing was written"):
                attempt()
        assert both_parts(index) == ([1], [1])
        tell(writer, "go on")
        assert line(writer) == "done"
        assert both_parts(index) == (batch_chunks(2), batch_chunks(2))

    def test_a_writer_waits_for_another(self, folder: Path, start: Start) -> None:
        script = "def wait():\n    say('inside'); sys.stdin.readline(); yield batch(2)\nindex.rebuild(wait())\n"
        writer = start(script)
        assert line(writer) == "inside"
        threading.Timer(0.2, tell, (writer, "go on")).start()
        patient = EmbeddedIndex(folder, MODEL, DIMENSION, wait_seconds=20)
        patient.write(put(version(7, 7, 100, [chunk(7)])))
        assert both_parts(patient) == ([7, *batch_chunks(2)], [7, *batch_chunks(2)])


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
