"""One run a data folder: whoever comes second is told where the first one answers."""

import fcntl
import os
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TextIO

from ragportal.common.errors import Unavailable
from ragportal.common.processes import is_surely_gone, this_host

FILE_NAME = "run.lock"
ENDING_SECONDS = 10.0
"""The parts of a run that was killed need no longer to end."""
LOOK_SECONDS = 0.1


@contextmanager
def the_only_run(data_folder: Path, address: str) -> Iterator[int]:
    """Hold the data folder for the block. Raises Unavailable naming process and address of the one that has it.

    The number of the open file is given: whoever inherits it holds the folder too. The operating system lets the lock
    go when the last of them ends, however it ends, so no file is ever stale. A run whose parts are still ending is
    waited for.
    """
    data_folder.mkdir(parents=True, exist_ok=True)
    with (data_folder / FILE_NAME).open("a+") as file:
        end = time.monotonic() + ENDING_SECONDS
        while not _locked(file):
            if time.monotonic() > end or not _is_ending(file.name):
                raise _already_running(file.name)
            time.sleep(LOOK_SECONDS)
        file.truncate(0)
        file.write(f"{os.getpid()} {address}\n")
        file.flush()
        yield file.fileno()


def _locked(file: TextIO) -> bool:
    try:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        return False
    return True


def _is_ending(path: str) -> bool:
    """True if the process that holds the folder is gone, and only what it started is left."""
    process = Path(path).read_text().partition(" ")[0]
    return process.isdecimal() and is_surely_gone(this_host(), int(process))


def _already_running(path: str) -> Unavailable:
    process, _, address = Path(path).read_text().strip().partition(" ")
    who = f" at {address} (process {process})" if address else ""
    return Unavailable(
        f"It is already running{who}.",
        kept="Nothing was started.",
        todo="Use it there, or end it with Ctrl-C first. Another RAGPORTAL_DATA_DIR makes a second one.",
    )
