"""One process that is kept alive. It needs no Django."""

import time
from collections.abc import Callable
from dataclasses import dataclass

from ragportal.portal.running.tethered import Tethered

FIRST_PAUSE_SECONDS = 0.5
LONGEST_PAUSE_SECONDS = 30.0
STEADY_SECONDS = 60.0
"""Who has lived so long had no trouble in starting: the next pause is the first one again."""


@dataclass(frozen=True, slots=True)
class Part:
    """What runs: `title` is for people, the rest for `Tethered`."""

    title: str
    module: str
    arguments: tuple[str, ...] = ()
    niceness: int = 0
    files: tuple[int, ...] = ()


class Supervised:
    """Starts a part and, each time it ended, starts it again: at once after status 0, else after a growing pause.

    `say` takes a line for people.
    """

    def __init__(self, part: Part, say: Callable[[str], None]) -> None:
        self._part = part
        self._say = say
        self._pause = FIRST_PAUSE_SECONDS
        self._begin_at = self._began_at = time.monotonic()
        self._running: Tethered | None = None

    def look(self) -> int | None:
        """Start what is not running; returns the status of a process that was found ended, once."""
        if self._running is None:
            if time.monotonic() >= self._begin_at:
                self._start()
            return None
        status = self._running.status()
        if status is not None:
            self._running.kill()  # what its own children left behind
            self._running = None
            self._note_end(status)
        return status

    def tell_to_end(self) -> None:
        """Let it begin to end."""
        if self._running:
            self._running.tell_to_end()

    def stop(self) -> None:
        """Return when nothing of it runs any more."""
        if self._running:
            self._running.stop()

    def _start(self) -> None:
        part = self._part
        self._running = Tethered(part.module, *part.arguments, niceness=part.niceness, files=part.files)
        self._began_at = time.monotonic()

    def _note_end(self, status: int) -> None:
        now = time.monotonic()
        if now - self._began_at > STEADY_SECONDS:
            self._pause = FIRST_PAUSE_SECONDS
        if status == 0:
            self._begin_at = now  # in order, to begin anew with a small memory
            return
        self._say(f"The {self._part.title} ended (status {status}); it is started again in {self._pause:.1f} s.")
        self._begin_at = now + self._pause
        self._pause = min(self._pause * 2, LONGEST_PAUSE_SECONDS)
