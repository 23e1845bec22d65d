"""Another process, as far as a PostgreSQL server can tell: a thread with connections of its own.

Its transaction may stay open while the test does something else, and a test can see that somebody waits for a lock.
"""

import time
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from typing import Any

import pytest
from django.db import connection, connections, transaction

from ragportal.common.tenancy import use_tenant

PATIENCE = 10.0
WAITING = "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'"

on_postgresql = pytest.mark.skipif(
    connection.vendor != "postgresql", reason="SQLite has one writer at a time: no two transactions can meet"
)
"""For tests in which two transactions are under way at once."""


class OtherProcess:
    """Does things for one tenant, one after the other."""

    def __init__(self, tenant_id: int) -> None:
        self._tenant_id = tenant_id
        self._pool = ThreadPoolExecutor(max_workers=1)
        self._transaction: Any = None

    def does(self, work: Callable[[], Any]) -> Any:
        """What `work` gives."""
        return self.starts(work).result(PATIENCE)

    def starts(self, work: Callable[[], Any]) -> "Future[Any]":
        """The same without waiting for its end."""
        return self._pool.submit(self._for_tenant, work)

    def begins(self) -> None:
        """A transaction that stays open."""
        self._transaction = transaction.atomic()
        self.does(self._transaction.__enter__)

    def commits(self) -> None:
        self.does(lambda: self._transaction.__exit__(None, None, None))

    def ends(self) -> None:
        """Whatever it holds is let go."""
        self.does(connections.close_all)
        self._pool.shutdown()

    def _for_tenant(self, work: Callable[[], Any]) -> Any:
        with use_tenant(self._tenant_id):
            return work()


def wait_until_somebody_waits() -> None:
    """Until a connection of this database waits for a lock."""
    end = time.monotonic() + PATIENCE
    while True:
        with connection.cursor() as cursor:
            cursor.execute(WAITING)
            if cursor.fetchone()[0]:
                return
        assert time.monotonic() < end, "nobody waits"
        time.sleep(0.01)
