"""Starting a module in a process that ends with this one, however this one ends. It needs no Django."""

import os
import signal
import subprocess
import sys
from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path

from ragportal.portal.running.tether import GRACE_SECONDS

TETHER = "ragportal.portal.running.tether"
PROJECT_ROOT = Path(__file__).resolve().parents[3]


class Tethered:
    """A running module, as by `python -m`. Its progress goes to this process's terminal; see tether.py for its end.

    It has a session of its own, so that Ctrl-C reaches this process alone, which then ends it in order. `files`: open
    files that it inherits.
    """

    def __init__(
        self, module: str, *arguments: str, niceness: int = 0, keep_output: bool = False, files: Sequence[int] = ()
    ) -> None:
        self._process = subprocess.Popen(  # noqa: S603 - our own modules; arguments are no shell's
            [sys.executable, "-m", TETHER, str(niceness), module, *arguments],
            cwd=PROJECT_ROOT,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE if keep_output else None,
            text=True,
            start_new_session=True,
            pass_fds=files,
        )

    def output(self) -> str:
        """What it wrote to standard output until its end; "" unless it is kept."""
        return self._process.stdout.read() if self._process.stdout else ""

    def wait(self) -> int:
        """The exit status, when it has ended."""
        return self._process.wait()

    def status(self) -> int | None:
        """The exit status, or None while it runs."""
        return self._process.poll()

    def tell_to_end(self) -> None:
        """Let it begin to end, and return at once."""
        if self._process.stdin:
            self._process.stdin.close()

    def stop(self) -> None:
        """End it within a few seconds, with everything it started; nothing where it has ended already."""
        self.tell_to_end()
        with suppress(subprocess.TimeoutExpired):
            self._process.wait(GRACE_SECONDS + 1)
        self.kill()

    def kill(self) -> None:
        """End whatever is left of it at once; nothing of its session stays behind."""
        with suppress(ProcessLookupError):
            os.killpg(self._process.pid, signal.SIGKILL)
        self._process.wait()
        for pipe in (self._process.stdin, self._process.stdout):
            if pipe:
                pipe.close()
