"""What a search sees while another process, or another thread, writes."""

import threading
import time

from integrations.index.embedded import EmbeddedIndex
from tests.contracts.index_samples import ask, chunk, everything, found, put, readers_of, version
from tests.unit.integrations.index.embedded.conftest import (
    ENDLESS,
    Start,
    batch_chunks,
    both_parts,
    line,
    tell,
)


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
