"""A part is kept alive, patiently."""

import os
import signal
import sys
import time

import pytest

from ragportal.portal.running.supervised import Part, Supervised
from tests.factories.process_tree import command_of, tree_of

LONG = 30.0


@pytest.fixture
def lines():
    return []


@pytest.fixture
def supervise(lines):
    """Supervise a module that lives in the tests."""
    started = []

    def supervise(*arguments):
        started.append(Supervised(Part("mortal", "tests.factories.mortal", arguments), lines.append))
        return started[-1]

    yield supervise
    for one in started:
        one.stop()


def look_until(supervised, happened):
    """The statuses that were seen meanwhile."""
    end, seen = time.monotonic() + LONG, []
    while not happened():
        assert time.monotonic() < end
        status = supervised.look()
        if status is not None:
            seen.append(status)
        time.sleep(0.01)
    return seen


def test_what_ended_is_started_again_after_a_pause_that_grows(supervise, lines, tmp_path):
    supervised = supervise(str(tmp_path / "log"), "3")
    assert look_until(supervised, lambda: len(lines) == 3) == [3, 3, 3]
    assert [line.rpartition(" in ")[2] for line in lines] == ["0.5 s.", "1.0 s.", "2.0 s."]
    assert lines[0].startswith("The mortal ended (status 3)")
    assert (tmp_path / "log").read_text() == "begun\n" * 3


@pytest.mark.skipif(sys.platform != "linux", reason="processes are looked at through /proc")
def test_what_a_killed_part_left_behind_is_ended_with_it(supervise, lines, tmp_path):
    log = tmp_path / "log"
    supervised = supervise(str(log), "parent")
    look_until(supervised, lambda: log.exists() and log.read_text().count("\n") == 2)
    parent, child = (int(word) for word in log.read_text().split())
    assert child in tree_of(parent)
    os.kill(parent, signal.SIGKILL)
    assert look_until(supervised, lambda: lines) == [-signal.SIGKILL]
    look_until(supervised, lambda: not command_of(child))


def test_it_ends_when_it_is_told_to(supervise, tmp_path):
    log = tmp_path / "log"
    supervised = supervise(str(log), "parent")
    look_until(supervised, log.exists)
    supervised.tell_to_end()
    supervised.stop()
    assert supervised.look() is not None
