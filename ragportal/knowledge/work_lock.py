"""One at a time: a row that says who is at a piece of work."""

import os
import socket
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from types import MappingProxyType

from django.db import IntegrityError

from ragportal.common.errors import Unavailable
from ragportal.common.rows import tenant_transaction
from ragportal.knowledge.models import WorkLock

INDEX_WORK = "index"


_held: ContextVar[Mapping[str, int]] = ContextVar("held_work_locks", default=MappingProxyType({}))
"""The locks of this thread: the primary key of each row by its name."""


class AlreadyRunning(Unavailable):
    """Somebody else is at it; nothing was begun."""


def source_work(source_id: int) -> str:
    """The name of a source's lock."""
    return f"source {source_id}"


@contextmanager
def work_lock(name: str, what: str, *, take_over: bool = False) -> Iterator[None]:
    """Hold the lock `name` of the current tenant for the block. Raises AlreadyRunning; `what` names the work in it.

    The lock of a process of this machine that is no more is taken over. For a process of another machine
    nobody can tell from here: an administrator who knows that it is gone says `take_over`.
    """
    lock = _take(name, what, take_over=take_over)
    token = _held.set({**_held.get(), name: lock.pk})
    try:
        yield
    finally:
        _held.reset(token)
        with tenant_transaction():
            WorkLock.objects.filter(pk=lock.pk).delete()


@contextmanager
def source_transaction(source_id: int) -> Iterator[None]:
    """A `tenant_transaction` in which the lock of the source is still this thread's.

    Raises AlreadyRunning, before anything is written, in a worker whose lock was taken over while it slept.
    """
    name = source_work(source_id)
    with tenant_transaction():
        if not WorkLock.objects.select_for_update().filter(name=name, pk=_held.get().get(name, 0)).exists():
            raise AlreadyRunning(
                "This work was taken over by another process.",
                kept="What was done is kept; nothing more is written from here.",
                todo="Wait until the other process is done.",
            )
        yield


def _take(name: str, what: str, *, take_over: bool) -> WorkLock:
    with tenant_transaction():
        holder = WorkLock.objects.filter(name=name).first()
        if holder is not None and (take_over or _is_gone(holder)):
            WorkLock.objects.filter(pk=holder.pk).delete()
    try:
        with tenant_transaction():
            lock: WorkLock = WorkLock.objects.create(name=name, host=socket.gethostname(), process=os.getpid())
            return lock
    except IntegrityError as error:
        raise AlreadyRunning(
            f"{what} is already running{_by(holder)}.",
            kept="Nothing was begun.",
            todo="Wait until it is done; if that process is surely gone, say --take-over.",
        ) from error


def _by(holder: WorkLock | None) -> str:
    return f" since {holder.taken_at:%Y-%m-%d %H:%M} UTC (process {holder.process} on {holder.host})" if holder else ""


def _is_gone(holder: WorkLock) -> bool:
    if holder.host != socket.gethostname():
        return False
    try:
        os.kill(holder.process, 0)
    except ProcessLookupError:
        return True
    except PermissionError:
        pass  # it lives, under another account
    return False
