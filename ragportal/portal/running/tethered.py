"""Starting a management command that ends with this process, however this process ends."""

import subprocess
import sys
from pathlib import Path

from django.conf import settings

from ragportal.portal.running.tether import GRACE_SECONDS

MODULE = "ragportal.portal.running.tether"


class Tethered:
    """A running management command. Its progress goes to this process's terminal; see tether.py for its end.

    It has a session of its own, so that Ctrl-C reaches this process alone, which then ends it in order.
    """

    def __init__(self, *command: str, niceness: int = 0, keep_output: bool = False) -> None:
        self._process = subprocess.Popen(  # noqa: S603 - our own module; arguments are no shell's
            [sys.executable, "-m", MODULE, str(niceness), *command],
            cwd=Path(settings.PROJECT_ROOT),
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE if keep_output else None,
            text=True,
            start_new_session=True,
        )

    def output(self) -> str:
        """What the command wrote to standard output until its end; "" unless it is kept."""
        return self._process.stdout.read() if self._process.stdout else ""

    def wait(self) -> int:
        """The exit status, when the command has ended."""
        return self._process.wait()

    def stop(self) -> None:
        """End the command within a few seconds; nothing where it has ended already."""
        if self._process.stdin:
            self._process.stdin.close()
        try:
            self._process.wait(GRACE_SECONDS + 1)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()
        if self._process.stdout:
            self._process.stdout.close()
