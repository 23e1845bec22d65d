"""One run a data folder: whoever comes second is told where the first one answers."""

import fcntl
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from ragportal.common.errors import Unavailable

FILE_NAME = "run.lock"


@contextmanager
def the_only_run(data_folder: Path, address: str) -> Iterator[None]:
    """Hold the data folder for the block. Raises Unavailable naming process and address of the one that has it.

    The operating system lets the lock go when its process ends, however it ends, so no file is ever stale.
    """
    data_folder.mkdir(parents=True, exist_ok=True)
    with (data_folder / FILE_NAME).open("a+") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError as error:
            raise _already_running(file.name) from error
        file.truncate(0)
        file.write(f"{os.getpid()} {address}\n")
        file.flush()
        yield


def _already_running(path: str) -> Unavailable:
    process, _, address = Path(path).read_text().strip().partition(" ")
    who = f" at {address} (process {process})" if address else ""
    return Unavailable(
        f"It is already running{who}.",
        kept="Nothing was started.",
        todo="Use it there, or end it with Ctrl-C first. Another RAGPORTAL_DATA_DIR makes a second one.",
    )
