"""One writer per index folder, whatever process or thread it lives in."""

import fcntl
import os
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from integrations.index.base import IndexBusy

POLL_SECONDS = 0.02


@contextmanager
def writing(folder: Path, wait_seconds: float) -> Iterator[None]:
    """Hold the folder's write lock; the folder is made where it is missing.

    The lock ends with the process, however it ends. Raises IndexBusy after `wait_seconds`, OSError.
    """
    folder.mkdir(parents=True, exist_ok=True)
    handle = os.open(folder / "lock", os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
    try:
        _acquire(handle, folder, wait_seconds)
        yield
    finally:
        os.close(handle)


def _acquire(handle: int, folder: Path, wait_seconds: float) -> None:
    deadline = time.monotonic() + wait_seconds
    while True:
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as error:
            if time.monotonic() >= deadline:
                raise IndexBusy(f"Another writer holds the index {folder.name!r}; nothing was written.") from error
            time.sleep(POLL_SECONDS)
        else:
            return
