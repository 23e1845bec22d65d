"""A command that ends with whoever started it."""

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from ragportal.portal.running.tether import INTERRUPTED
from ragportal.portal.running.tethered import Tethered
from tests.factories.process_tree import command_of, tree_of

PROJECT = Path(__file__).parents[5]
SHELL = ("manage", "shell", "--no-imports", "-c")
PATIENT = "import time; print('begun', flush=True); time.sleep(300)"
STUBBORN = """
import time
print("begun", flush=True)
while True:
    try:
        time.sleep(300)
    except KeyboardInterrupt:
        pass
"""
STARTER = f"""
import time, django
django.setup()
from ragportal.portal.running.tethered import Tethered
tethered = Tethered(*{SHELL!r}, {PATIENT!r})
time.sleep(300)
"""


def test_what_a_command_says_and_how_it_ends():
    tethered = Tethered(*SHELL, "import os; print(os.nice(0))", niceness=7, keep_output=True)
    assert tethered.output() == f"{min(os.nice(0) + 7, 19)}\n"
    assert tethered.wait() == 0
    tethered.stop()


@pytest.mark.parametrize("code", [PATIENT, STUBBORN])
def test_it_is_ended_within_seconds_even_if_it_does_not_want_to(code, capfd):
    tethered = Tethered(*SHELL, code)
    wait_until(lambda: "begun" in capfd.readouterr().out)
    began = time.monotonic()
    tethered.stop()
    assert time.monotonic() - began < 10
    assert tethered.wait() in (INTERRUPTED, -signal.SIGINT)  # Python's own way after an interrupted exec()
    assert "Traceback" not in capfd.readouterr().err
    tethered.stop()


@pytest.mark.skipif(sys.platform != "linux", reason="processes are looked at through /proc")
def test_it_ends_when_its_starter_is_killed():
    starter = subprocess.Popen([sys.executable, "-c", STARTER], cwd=PROJECT, stdout=subprocess.PIPE, text=True)
    with starter:
        assert starter.stdout
        assert starter.stdout.readline() == "begun\n"
        [child] = tree_of(starter.pid)[1:]
        starter.send_signal(signal.SIGKILL)
        starter.wait()
    wait_until(lambda: not command_of(child))


def wait_until(happened):
    end = time.monotonic() + 30
    while not happened():
        assert time.monotonic() < end
        time.sleep(0.05)
