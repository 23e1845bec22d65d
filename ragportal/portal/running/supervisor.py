"""The foreground process of `manage.py run`: keeps web server, workers and clock alive until Ctrl-C.

It takes the place of the command that prepared everything, and imports no Django: it is there for as long as the
product runs, and stays small. What it runs stands in its only argument, see `plan_of`. All of it is tethered, so that
nothing outlives this process, however it ends; the file of the only run is inherited by all of it, so that the next
run begins when the last part of this one has ended.
"""

import json
import os
import signal
import sys
import time
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import asdict

from ragportal.portal.running.supervised import Part, Supervised

LOOK_SECONDS = 0.2
GIVE_UP = 78
"""Exit status of a part that says: trying again is useless, the reason stands above."""
BROKEN_OFF = 130


def plan_of(first: Part, others: Sequence[Part], ready: int) -> str:
    """The argument of this module: `others` are started when somebody closes or writes to the pipe `ready`."""
    return json.dumps({"first": asdict(first), "others": [asdict(part) for part in others], "ready": ready})


def main() -> None:
    plan = json.loads(sys.argv[1])
    signal.signal(signal.SIGTERM, signal.default_int_handler)  # `kill` ends it as Ctrl-C does
    signal.signal(signal.SIGINT, signal.default_int_handler)
    supervisor = Supervisor(_part(plan["first"]), [_part(part) for part in plan["others"]], plan["ready"])
    status = 1
    try:
        supervisor.run()
    except KeyboardInterrupt:
        status = supervisor.farewell()
    finally:
        for ending in (signal.SIGINT, signal.SIGTERM):
            signal.signal(ending, signal.SIG_IGN)  # it is ending already, within seconds
        supervisor.stop()
    if status != 1:
        _say("\nStopped." if status == 0 else "\nStopped. What was done is kept; the next start goes on from there.")
    sys.exit(status)


class Supervisor:
    """Runs `first`, and `others` as soon as the pipe `ready` tells that somebody is served."""

    def __init__(self, first: Part, others: Sequence[Part], ready: int) -> None:
        self._first = Supervised(first, _say)
        self._others = [Supervised(part, _say) for part in others]
        self._ready = ready
        self._is_ready = False
        os.set_blocking(ready, False)

    def run(self) -> None:
        """Return when the first part gives up; its reason stands in the terminal."""
        while self._first.look() != GIVE_UP:
            if self._is_ready:
                for other in self._others:
                    other.look()
            else:
                self._look_whether_ready()
            time.sleep(LOOK_SECONDS)

    def farewell(self) -> int:
        """The exit status after Ctrl-C."""
        self._look_whether_ready()
        return 0 if self._is_ready else BROKEN_OFF

    def stop(self) -> None:
        """Tell all parts to end, and return when they have."""
        parts = [self._first, *self._others]
        for part in parts:
            part.tell_to_end()
        for part in parts:
            part.stop()

    def _look_whether_ready(self) -> None:
        with suppress(BlockingIOError):
            self._is_ready = self._is_ready or bool(os.read(self._ready, 1))


def _part(stored: dict[str, object]) -> Part:
    return Part(**{name: tuple(value) if isinstance(value, list) else value for name, value in stored.items()})  # type: ignore[arg-type]


def _say(line: str) -> None:
    sys.stdout.write(f"{line}\n")
    sys.stdout.flush()


if __name__ == "__main__":
    main()
