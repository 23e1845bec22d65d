"""When each source is synced next, and having it done then.

A source that fails is tried again later each time, up to LONGEST_BACKOFF; one that an administrator must mend is tried
once a day, in case it was mended elsewhere. Whoever starts a sync by hand need not wait.
"""

from datetime import datetime, timedelta

from django.db.models import Q
from django.utils import timezone

from ragportal.common.errors import ProductError, Unavailable
from ragportal.common.rows import tenant_transaction
from ragportal.common.tenancy import use_tenant
from ragportal.common.work.enqueueing import enqueue
from ragportal.knowledge.models import Source
from ragportal.tenants.models import Tenant

LONGEST_BACKOFF = timedelta(hours=6)
WAIT_FOR_A_PERSON = timedelta(days=1)
DOUBLED_AT_MOST = 20
WORK = "sync_source"


def enqueue_due_syncs() -> int:
    """Hand every source that is due to the workers, for all tenants; returns how many. Call it every few seconds."""
    count = 0
    for tenant_id in Tenant.objects.order_by("pk").values_list("pk", flat=True):
        with use_tenant(tenant_id):
            for source in due_sources(timezone.now()):
                with tenant_transaction():
                    enqueue_sync(source)
                count += 1
    return count


def due_sources(now: datetime) -> list[Source]:
    """The current tenant's sources whose next sync should have begun."""
    scheduled = Source.objects.filter(paused_at=None, every_minutes__gt=0)
    return list(scheduled.filter(Q(next_sync_at=None) | Q(next_sync_at__lte=now)).order_by("next_sync_at", "pk"))


def enqueue_sync(source: Source) -> None:
    """Have a worker sync the source; where it waits for one already, nothing is added. Inside a transaction."""
    enqueue(WORK, arguments={"source": source.pk}, key=f"source {source.pk}")
    plan_next(source, problem=None, failed_in_row=source.failed_in_row)


def plan_next(source: Source, *, problem: ProductError | None, failed_in_row: int) -> None:
    """Note when the source is due after a sync that ended now with this `problem`, or is about to begin."""
    source.failed_in_row = failed_in_row
    source.next_sync_at = timezone.now() + _pause(source.every_minutes, problem, failed_in_row)
    with tenant_transaction():
        source.save(update_fields=["failed_in_row", "next_sync_at"])


def _pause(every_minutes: int, problem: ProductError | None, failed_in_row: int) -> timedelta:
    every = timedelta(minutes=every_minutes)
    if problem is None:
        return every
    if not isinstance(problem, Unavailable) or problem.permanent:
        return max(every, WAIT_FOR_A_PERSON)
    asked = timedelta(seconds=problem.retry_after)
    doubled: timedelta = every * 2 ** min(failed_in_row - 1, DOUBLED_AT_MOST)
    return max(asked, min(doubled, max(every, LONGEST_BACKOFF)))
