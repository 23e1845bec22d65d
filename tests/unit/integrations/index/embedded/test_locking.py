"""One writer at a time, in whatever process."""

import threading
from pathlib import Path

import pytest

from integrations.index.base import IndexBusy
from integrations.index.embedded import EmbeddedIndex
from tests.contracts.index_samples import DIMENSION, MODEL, chunk, put, version
from tests.unit.integrations.index.embedded.conftest import (
    Start,
    batch_chunks,
    both_parts,
    line,
    tell,
)


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
