"""Keeping a lease alive while the work goes on."""

import logging
from collections.abc import Callable
from threading import Event, Thread
from types import TracebackType
from typing import Self

from django.db import DatabaseError, connections

logger = logging.getLogger(__name__)
BEATS_A_LEASE = 4


class Heartbeat:
    """Calls `renew` several times a lease in a thread of its own, for the block; it stops when `renew` returns False.

    A database that cannot be written for a while is tried again at the next beat.
    """

    def __init__(self, renew: Callable[[], bool], *, lease_seconds: float) -> None:
        self._renew = renew
        self._pause = lease_seconds / BEATS_A_LEASE
        self._over = Event()
        self._lost = Event()
        self._thread = Thread(target=self._beat, name="heartbeat", daemon=True)

    @property
    def lost(self) -> bool:
        """True when `renew` said that the lease is somebody else's."""
        return self._lost.is_set()

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._over.set()
        self._thread.join()

    def _beat(self) -> None:
        while not self._over.wait(self._pause):
            try:
                if not self._renew():
                    self._lost.set()
                    logger.warning("A lease was lost while its work went on.")
                    return
            except DatabaseError as error:
                logger.warning("A lease could not be renewed: %s", type(error).__name__)
            finally:
                connections.close_all()  # this thread's; it sleeps long
