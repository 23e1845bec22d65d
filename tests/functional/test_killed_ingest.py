"""Processes of a running product are killed and stopped while it takes a folder in: nothing is lost, nothing is twice.

`python -m tests.proof.killed_ingest` does the same with more files, more kills and the real model.
"""

import argparse
import sys

import pytest

from tests.proof.killed_ingest import prove

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="processes are found through /proc")
FILES = 600
KILLS = 4


def test_the_outcome_is_that_of_an_undisturbed_sync(tmp_path):
    docs = tmp_path / "notes"
    docs.mkdir()
    for number in range(FILES):
        (docs / f"note-{number}.md").write_text(f"# Note {number}\n\n" + f"Pump {number} is checked weekly. " * 40)
    options = argparse.Namespace(kills=KILLS, every=2.0, seed=7, quick=True)

    counts = prove(docs, tmp_path, options)

    assert sum(counts.values()) == KILLS + 1
