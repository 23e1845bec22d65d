"""Writing the index with patience: another process may be at it for a moment."""

import time
from collections.abc import Callable

from integrations.index.base import IndexBusy

PATIENCE_SECONDS = 60.0
FIRST_PAUSE_SECONDS = 0.05


def patiently(write: Callable[[], None], *, seconds: float = PATIENCE_SECONDS) -> None:
    """Call `write` until the index is free. Raises IndexBusy after `seconds`, and whatever else `write` raises."""
    end = time.monotonic() + seconds
    pause = FIRST_PAUSE_SECONDS
    while True:
        try:
            return write()
        except IndexBusy:
            if time.monotonic() + pause > end:
                raise
        time.sleep(pause)
        pause = min(pause * 2, 2.0)
