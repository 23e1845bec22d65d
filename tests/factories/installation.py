"""A throw-away installation, and `manage.py run` in it as a real process."""

import os
import re
import shutil
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

from tests.factories.own_database import OwnDatabase
from tests.factories.process_tree import command_of, tree_of
from tests.factories.web_visitor import WebVisitor

PROJECT = Path(__file__).parents[2]
PASSWORD = re.compile(r"Sign in with the password (\S+) as")
LONG = 120.0
"""Seconds that a busy machine may need for a start."""


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


class Run:
    """One `manage.py run` with what it has said so far."""

    def __init__(self, process: subprocess.Popen[str], log: Path, port: int) -> None:
        self.process = process
        self.port = port
        self.address = f"http://127.0.0.1:{port}"
        self._log = log

    @property
    def said(self) -> str:
        return self._log.read_text()

    def wait_for(self, text: str) -> "Run":
        self.wait_until(lambda: text in self.said or self.process.poll() is not None)
        assert text in self.said, self.said
        return self

    def wait_until(self, happened: Callable[[], object]) -> None:
        end = time.monotonic() + LONG
        while not happened():
            assert time.monotonic() < end, self.said
            time.sleep(0.02)

    def wait_until_ready(self) -> "Run":
        return self.wait_for("Sign in with the password")

    @property
    def password(self) -> str:
        found = PASSWORD.search(self.said)
        assert found, self.said
        return found[1]

    @property
    def children(self) -> list[int]:
        return tree_of(self.process.pid)[1:]

    def visitor(self) -> WebVisitor:
        return WebVisitor(self.address)

    def stop(self, how: signal.Signals = signal.SIGINT) -> int:
        """The exit status."""
        if self.process.poll() is None:
            self.process.send_signal(how)
        return self.process.wait(20)


class Installation:
    """A data folder and a database of its own, copied from `like` where given; the checkout is shared."""

    def __init__(
        self, folder: Path, *, settings: str = "tests.factories.quick_settings", like: "Installation | None" = None
    ) -> None:
        self.folder = folder
        self.data = folder / "var"
        self.database = OwnDatabase(self.data, like.database if like else None)
        if like:
            shutil.copytree(like.data, self.data)
        self.runs: list[Run] = []
        self._environment = {
            **os.environ,
            **self.database.variables,
            "RAGPORTAL_DATA_DIR": str(self.data),
            "RAGPORTAL_MODELS_DIR": str(PROJECT / "var" / "models"),
            "DJANGO_SETTINGS_MODULE": settings,
        }

    def run(self, *words: str, port: int = 0) -> Run:
        port = port or free_port()
        log = self.folder / f"run-{len(self.runs)}.log"
        with log.open("w") as out:
            process = subprocess.Popen(
                [sys.executable, "manage.py", "run", f"--port={port}", *words],
                cwd=PROJECT,
                env=self._environment,
                stdin=subprocess.DEVNULL,
                stdout=out,
                stderr=out,
                text=True,
            )
        self.runs.append(Run(process, log, port))
        return self.runs[-1]

    def manage(self, *words: str) -> str:
        """What another command of this installation prints."""
        done = self.try_manage(*words)
        assert done.returncode == 0, done.stderr
        return done.stdout

    def try_manage(self, *words: str) -> subprocess.CompletedProcess[str]:
        """The same, for a command that may fail."""
        command = [sys.executable, "manage.py", *words]
        return subprocess.run(command, cwd=PROJECT, env=self._environment, capture_output=True, text=True, check=False)

    def end(self) -> None:
        for run in self.runs:
            if run.process.poll() is None:
                children = run.children
                run.process.kill()
                run.process.wait()
                run.wait_until(lambda children=children: not any(map(command_of, children)))
        self.database.drop()
