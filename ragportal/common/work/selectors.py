"""How the work stands, for people."""

from collections.abc import Sequence
from typing import NamedTuple

from django.db.models import Count

from ragportal.common.models import WorkItem


class WorkCount(NamedTuple):
    """So many rows of a queue are in a state."""

    queue: str
    state: str
    rows: int


def work_counts() -> list[WorkCount]:
    """Counts of all tenants, by queue and state; only what is there. For the operator of the machine."""
    rows = WorkItem.across_tenants.values("queue", "state").annotate(rows=Count("pk")).order_by("queue", "state")
    return [WorkCount(row["queue"], row["state"], row["rows"]) for row in rows]


def dead_letters() -> Sequence[WorkItem]:
    """What was given up in the current tenant, newest first."""
    return list(WorkItem.objects.filter(state=WorkItem.State.DEAD).order_by("-finished_at", "-pk"))


def all_dead_letters() -> Sequence[WorkItem]:
    """What was given up in any tenant, newest first. For the operator of the machine."""
    dead = WorkItem.across_tenants.filter(state=WorkItem.State.DEAD).select_related("tenant")
    return list(dead.order_by("-finished_at", "-pk"))


def is_at_work(*, name: str, key: str) -> bool:
    """True while this work of the current tenant waits or runs."""
    states = (WorkItem.State.WAITING, WorkItem.State.RUNNING)
    return WorkItem.objects.filter(name=name, key=key, state__in=states).exists()
