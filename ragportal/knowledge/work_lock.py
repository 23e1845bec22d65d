"""One at a time: a row that says who is at a piece of work, and a number by which whoever was overtaken is refused."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from functools import partial
from types import MappingProxyType
from typing import Any

from django.conf import settings
from django.db.models import BooleanField, ExpressionWrapper, Q
from django.db.models.functions import Now

from integrations.index.base import IndexFence
from ragportal.common.errors import Busy
from ragportal.common.processes import is_surely_gone, this_host, this_process
from ragportal.common.rows import tenant_transaction
from ragportal.common.tenancy import current_tenant_id, use_tenant
from ragportal.common.work.clock import from_now
from ragportal.common.work.heartbeat import Heartbeat
from ragportal.knowledge.models import WorkLock

INDEX_WORK = "index"
NEVER = -1
"""A fence that no lock ever has."""

_held: ContextVar[Mapping[str, int]] = ContextVar("held_work_locks", default=MappingProxyType({}))
"""The locks of this thread: the fence of each by its name."""


class AlreadyRunning(Busy):
    """Somebody else is at it; nothing was begun."""


def source_work(source_id: int) -> str:
    """The name of a source's lock."""
    return f"source {source_id}"


@contextmanager
def work_lock(name: str, what: str, *, take_over: bool = False) -> Iterator[None]:
    """Hold the lock `name` of the current tenant for the block. Raises AlreadyRunning; `what` names the work in it.

    A lock is free when its holder let it go, when his lease is over (he renews it while he lives), or at once when he
    was a process of this machine that is no more. An administrator who knows that he is gone says `take_over`.
    """
    fence = _take(name, what, take_over=take_over)
    token = _held.set({**_held.get(), name: fence})
    try:
        with Heartbeat(partial(_renew, current_tenant_id(), name, fence), lease_seconds=settings.WORK_LEASE_SECONDS):
            yield
    finally:
        _held.reset(token)
        with tenant_transaction():
            WorkLock.objects.filter(name=name, fence=fence).update(host="", process=0, lease_until=None)


@contextmanager
def source_transaction(source_id: int) -> Iterator[None]:
    """A `tenant_transaction` in which the lock of the source is still this thread's.

    Raises AlreadyRunning, before anything is written, in a worker whose lock was taken over while it slept.
    """
    name = source_work(source_id)
    with tenant_transaction():
        held = WorkLock.objects.select_for_update().filter(name=name, fence=_held.get().get(name, NEVER))
        if not held.exists():
            raise overtaken()
        yield


def held_fences() -> tuple[IndexFence, ...]:
    """The locks of this thread, for the index: it refuses a write of whoever was overtaken in one of them."""
    return tuple(IndexFence(name, number) for name, number in _held.get().items())


def locked_now() -> set[str]:
    """The names of the current tenant's locks that somebody holds."""
    held = WorkLock.objects.filter(lease_until__gte=Now()).exclude(process=0)
    return set(held.values_list("name", flat=True))


def overtaken() -> AlreadyRunning:
    """What is said to a worker whose lock was taken over while it slept."""
    return AlreadyRunning(
        "This work was taken over by another process.",
        kept="What was done is kept; nothing more is written from here.",
        todo="Wait until the other process is done.",
    )


def _take(name: str, what: str, *, take_over: bool) -> int:
    """The fence under which the lock is this process's now.

    It rises with the clock too: an index that remembers a fence obeys a database that was restored from a backup.
    """
    is_over = ExpressionWrapper(Q(lease_until__lt=Now()), output_field=BooleanField())
    with tenant_transaction():
        WorkLock.objects.bulk_create([WorkLock(name=name)], ignore_conflicts=True)
        lock: Any = WorkLock.objects.select_for_update().annotate(is_over=is_over, clock=Now()).get(name=name)
        is_free = lock.process == 0 or lock.is_over or is_surely_gone(lock.host, lock.process)
        if not is_free and not take_over:
            raise AlreadyRunning(
                f"{what} is already running{_by(lock)}.",
                kept="Nothing was begun.",
                todo="Wait until it is done; if that process is surely gone, say --take-over.",
            )
        fence: int = max(lock.fence + 1, round(lock.clock.timestamp() * 1000))
        WorkLock.objects.filter(pk=lock.pk).update(
            host=this_host(),
            process=this_process(),
            taken_at=Now(),
            lease_until=from_now(settings.WORK_LEASE_SECONDS),
            fence=fence,
        )
        return fence


def _renew(tenant_id: int, name: str, fence: int) -> bool:
    with use_tenant(tenant_id):
        held = WorkLock.objects.filter(name=name, fence=fence)
        return held.update(lease_until=from_now(settings.WORK_LEASE_SECONDS)) == 1


def _by(holder: WorkLock) -> str:
    since = f" since {holder.taken_at:%Y-%m-%d %H:%M} UTC" if holder.taken_at else ""
    return f"{since} (process {holder.process} on {holder.host})"
