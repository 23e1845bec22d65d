"""One run a data folder."""

import multiprocessing
import os
import subprocess
import sys

import pytest

from ragportal.common.errors import Unavailable
from ragportal.portal.running.one_run import the_only_run

ADDRESS = "http://127.0.0.1:8000/"


def _hold_and_die(folder):
    with the_only_run(folder, "http://gone/"):
        os._exit(9)


def test_a_second_run_is_told_where_the_first_one_is(tmp_path):
    with the_only_run(tmp_path, ADDRESS):
        with pytest.raises(Unavailable, match=f"{ADDRESS} .process {os.getpid()}"), the_only_run(tmp_path, ADDRESS):
            pass
        assert (tmp_path / "run.lock").read_text() == f"{os.getpid()} {ADDRESS}\n"


def test_after_its_end_the_next_one_may(tmp_path):
    for _ in range(2):
        with the_only_run(tmp_path / "new", ADDRESS):
            pass


def test_one_that_was_killed_is_in_nobodys_way(tmp_path):
    process = multiprocessing.get_context("spawn").Process(target=_hold_and_die, args=(tmp_path,))
    process.start()
    process.join()
    assert process.exitcode == 9
    assert "gone" in (tmp_path / "run.lock").read_text()
    with the_only_run(tmp_path, ADDRESS):
        assert (tmp_path / "run.lock").read_text() == f"{os.getpid()} {ADDRESS}\n"


def test_what_a_killed_run_started_is_waited_for(tmp_path):
    with the_only_run(tmp_path, ADDRESS) as lock:
        left = subprocess.Popen([sys.executable, "-c", "import time; time.sleep(0.7)"], pass_fds=(lock,))
        gone = subprocess.Popen([sys.executable, "-c", ""])
        gone.wait()
        (tmp_path / "run.lock").write_text(f"{gone.pid} http://gone/\n")
    with the_only_run(tmp_path, ADDRESS):
        assert left.poll() is not None or left.wait(1) == 0


def test_what_does_not_end_is_told(tmp_path, monkeypatch):
    monkeypatch.setattr("ragportal.portal.running.one_run.ENDING_SECONDS", 0.3)
    with the_only_run(tmp_path, ADDRESS) as lock:
        left = subprocess.Popen([sys.executable, "-c", "import time; time.sleep(300)"], pass_fds=(lock,))
        gone = subprocess.Popen([sys.executable, "-c", ""])
        gone.wait()
        (tmp_path / "run.lock").write_text(f"{gone.pid} http://gone/\n")
    with pytest.raises(Unavailable, match="http://gone/"), the_only_run(tmp_path, ADDRESS):
        pass
    left.kill()
    left.wait()
