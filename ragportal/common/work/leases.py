"""A claimed piece of work: kept while it goes on, and proof before each write that it is still this worker's."""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from functools import partial
from typing import TYPE_CHECKING

from django.conf import settings

from ragportal.common.errors import Busy
from ragportal.common.models import WorkItem
from ragportal.common.rows import tenant_transaction
from ragportal.common.work.claiming import Claim
from ragportal.common.work.clock import from_now
from ragportal.common.work.heartbeat import Heartbeat

if TYPE_CHECKING:
    from django.db.models import QuerySet

_current: ContextVar[Claim | None] = ContextVar("current_work", default=None)


class LeaseLost(Busy):
    """Another worker has this work now; nothing was written."""


def still_held(claim: Claim) -> "QuerySet[WorkItem]":
    """The row, if it is still this claim's: empty for a worker that was overtaken."""
    return WorkItem.across_tenants.filter(pk=claim.id, fence=claim.fence, state=WorkItem.State.RUNNING)


@contextmanager
def leased(claim: Claim) -> Iterator[None]:
    """Keep the lease alive for the block, in which `work_transaction` may be used."""
    token = _current.set(claim)
    try:
        with Heartbeat(partial(_renew, claim), lease_seconds=settings.WORK_LEASE_SECONDS):
            yield
    finally:
        _current.reset(token)


@contextmanager
def work_transaction() -> Iterator[None]:
    """A `tenant_transaction` in which this worker still has the work that it is doing.

    Raises LeaseLost, before anything is written, in a worker whose lease ran out while it slept, and outside any work.
    """
    claim = _current.get()
    with tenant_transaction():
        if claim is None or not still_held(claim).select_for_update().exists():
            raise LeaseLost("This work was taken over by another worker.", kept="Nothing more is written from here.")
        yield


def _renew(claim: Claim) -> bool:
    return still_held(claim).update(lease_until=from_now(settings.WORK_LEASE_SECONDS)) == 1
