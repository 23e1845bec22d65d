"""Handing work to the workers: a row in the caller's transaction, and the bell when it is committed."""

from collections.abc import Mapping
from datetime import datetime
from functools import partial

from django.db import transaction
from django.db.models import Case, F, Value, When
from django.db.models.functions import Least, Now

from ragportal.common.errors import InvalidInput
from ragportal.common.models import WorkItem
from ragportal.common.rows import tenant_transaction
from ragportal.common.work.bell import ring
from ragportal.common.work.kinds import kind_of


def enqueue(name: str, *, arguments: Mapping[str, int], key: str = "", not_before: datetime | None = None) -> int:
    """Have the work `name` of the current tenant done by a worker; returns the id of its row.

    The row belongs to the caller's transaction: no commit, no work. `arguments`: ids (and flags) alone, never text.
    With a `key`, the same work waits once: a row that waits already stays with its arguments, comes earlier if
    `not_before` is earlier (unless it failed before: then it keeps its pause), and sees what this transaction wrote.
    Work that is running does not count: it may have looked already. Raises LookupError for a name that is not in
    WORK, InvalidInput for an argument that is no number.
    """
    if not all(isinstance(value, int) for value in arguments.values()):
        raise InvalidInput("Work is handed over by ids alone.")
    item = WorkItem(queue=kind_of(name).queue, name=name, key=key, arguments=dict(arguments))
    due = Now() if not_before is None else Value(not_before)
    with tenant_transaction():
        if key:
            row = _waiting_once(item, due)
        else:
            item.not_before = due
            item.save(force_insert=True)
            row = item.pk
        if not_before is None:
            transaction.on_commit(partial(ring, item.queue))
    return row


def _waiting_once(item: WorkItem, due: Now | Value) -> int:
    """The row that waits for this key, made where there is none.

    It is written to in any case: until the caller commits no worker can claim it, and so none misses what he wrote.
    """
    waiting = WorkItem.objects.filter(name=item.name, key=item.key, state=WorkItem.State.WAITING)
    earlier = Case(When(attempts=0, then=Least(F("not_before"), due)), default=F("not_before"))
    while not waiting.update(not_before=earlier):
        item.not_before = due
        WorkItem.objects.bulk_create([item], ignore_conflicts=True)
    row: int = waiting.values_list("pk", flat=True).get()
    return row
