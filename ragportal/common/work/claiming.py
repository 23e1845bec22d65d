"""Taking the next piece of work: one statement decides who gets it."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any
from uuid import uuid4

from django.conf import settings
from django.db import transaction
from django.db.models import Exists, F, OuterRef, Q, Subquery
from django.db.models.functions import Now

from ragportal.common.models import WorkItem
from ragportal.common.processes import this_host, this_process
from ragportal.common.work.clock import from_now

if TYPE_CHECKING:
    from django.db.models import QuerySet

RUNNING, WAITING = WorkItem.State.RUNNING, WorkItem.State.WAITING


@dataclass(frozen=True, slots=True)
class Claim:
    """A piece of work that this process has until its lease runs out; `fence` proves it."""

    id: int
    tenant_id: int
    name: str
    key: str
    arguments: Mapping[str, int]
    attempts: int
    fence: int


def claim(queue: str) -> Claim | None:
    """The work of this queue that has waited longest, now this process's; None where nothing is due.

    The same work (tenant, name and key) is not begun while it runs elsewhere.
    """
    due = due_work().filter(queue=queue)
    if not due.exists():  # a look costs nothing; the update below takes SQLite's write lock even where it finds nothing
        return None
    name = uuid4().hex
    first = due.order_by("not_before", "pk").select_for_update(skip_locked=True).values("pk")[:1]
    with transaction.atomic():
        WorkItem.across_tenants.filter(pk=Subquery(first), state=WAITING).update(
            state=RUNNING,
            claim=name,
            host=this_host(),
            process=this_process(),
            attempts=F("attempts") + 1,
            fence=F("fence") + 1,
            lease_until=from_now(settings.WORK_LEASE_SECONDS),
            started_at=Now(),
        )
    item = WorkItem.across_tenants.filter(state=RUNNING, claim=name).first()
    return claim_of(item) if item else None


def claim_of(item: Any) -> Claim:
    """The claim under which this row is running."""
    return Claim(item.pk, item.tenant_id, item.name, item.key, item.arguments, item.attempts, item.fence)


def due_work() -> "QuerySet[WorkItem]":
    """What may be begun now, in all queues and of all tenants."""
    same = Q(tenant=OuterRef("tenant"), name=OuterRef("name"), key=OuterRef("key"))
    running = WorkItem.across_tenants.filter(same, ~Q(key=""), state=RUNNING)
    return WorkItem.across_tenants.filter(~Exists(running), state=WAITING, not_before__lte=Now())
