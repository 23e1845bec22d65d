"""Doing the work of a queue: claim, call the handler, note how it ended."""

import logging
import os
import signal
import sys
import threading
import time
import traceback
from collections.abc import Iterator
from contextlib import contextmanager

from ragportal.common.errors import Busy, InvalidInput, NotFound, ProductError, Unavailable
from ragportal.common.tenancy import use_tenant
from ragportal.common.work.bell import ring
from ragportal.common.work.claiming import Claim, claim
from ragportal.common.work.ending import end_soon, is_ending
from ragportal.common.work.kinds import load_handler
from ragportal.common.work.leases import leased
from ragportal.common.work.retrying import done, failed, postponed

logger = logging.getLogger(__name__)
SLICE_SECONDS = 2.0
"""After so long a worker rings for its queue and looks at its other queues first."""


def work_off(queue: str) -> int:
    """Do what is due in this queue, one after the other, unless this process is ending; returns how many pieces.

    SIGINT breaks the work off, which then waits for the next worker, and this process begins no other. Where the
    process did not know yet that it is to end, the signal is handed on to whoever listened before.
    """
    end = time.monotonic() + SLICE_SECONDS
    count = 0
    try:
        with _interruptible():
            while not is_ending() and run_next(queue):
                count += 1
                if time.monotonic() > end:
                    ring(queue)
                    break
    except KeyboardInterrupt:
        if not is_ending():
            end_soon()
            os.kill(os.getpid(), signal.SIGINT)
    return count


def run_next(queue: str) -> bool:
    """Do one piece of work; False where nothing is due.

    What the product says about a failure is noted in the row. Anything else is noted by its type and passed on.
    """
    claimed = claim(queue)
    if claimed is None:
        return False
    with _noted(claimed), use_tenant(claimed.tenant_id), leased(claimed):
        load_handler(claimed.name)(**claimed.arguments)
    return True


@contextmanager
def _noted(claimed: Claim) -> Iterator[None]:
    ended = False
    try:
        yield
        done(claimed)
        ended = True
    except Busy:
        postponed(claimed)
        ended = True
    except ProductError as problem:
        failed(claimed, str(problem), permanent=_is_permanent(problem), retry_after=_pause_of(problem))
        ended = True
    except (KeyboardInterrupt, SystemExit):
        postponed(claimed, seconds=0)
        ended = True
        raise
    finally:
        if not ended:
            failed(claimed, f"An error of the program: {_kind_and_place()}.")
            logger.error("A work item failed unexpectedly: %s, row %s, %s", claimed.name, claimed.id, _kind_and_place())


def _is_permanent(problem: ProductError) -> bool:
    return isinstance(problem, InvalidInput | NotFound) or (isinstance(problem, Unavailable) and problem.permanent)


def _pause_of(problem: ProductError) -> float:
    return problem.retry_after if isinstance(problem, Unavailable) else 0.0


def _kind_and_place() -> str:
    """Type and line of the error that is being handled; never its message, which may quote a document."""
    error = sys.exc_info()[1]
    frames = traceback.extract_tb(error.__traceback__ if error else None)
    place = f" at {os.path.basename(frames[-1].filename)}:{frames[-1].lineno}" if frames else ""
    return f"{type(error).__name__}{place}"


@contextmanager
def _interruptible() -> Iterator[None]:
    """SIGINT raises KeyboardInterrupt in the block. Only the main thread of a process can be told by a signal."""
    if threading.current_thread() is not threading.main_thread():
        yield
        return
    former = signal.signal(signal.SIGINT, signal.default_int_handler)
    try:
        yield
    finally:
        signal.signal(signal.SIGINT, former)
