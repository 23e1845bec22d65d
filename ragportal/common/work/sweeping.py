"""Work whose worker is gone is given back; work that was done long ago is forgotten."""

from django.db.models import Q
from django.db.models.functions import Now

from ragportal.common.models import WorkItem
from ragportal.common.processes import is_surely_gone, this_host
from ragportal.common.work.claiming import claim_of
from ragportal.common.work.clock import from_now
from ragportal.common.work.retrying import failed

WORKER_ENDED = "The worker ended while it was at this work."
DONE_IS_KEPT_SECONDS = 7 * 24 * 3600
PURGED_AT_ONCE = 500


def sweep() -> int:
    """Give back what runs under a lease that is over or for a process of this machine that is gone; returns how many.

    It counts as a try: work that kills its worker becomes a dead letter.
    """
    running = WorkItem.across_tenants.filter(state=WorkItem.State.RUNNING)
    here_or_over = running.filter(Q(lease_until__lt=Now()) | Q(host=this_host()))
    over = set(running.filter(lease_until__lt=Now()).values_list("pk", flat=True))
    lost = [item for item in here_or_over if item.pk in over or is_surely_gone(item.host, item.process)]
    for item in lost:
        failed(claim_of(item), WORKER_ENDED)
    return len(lost)


def purge_done() -> int:
    """Forget some of the work that was done more than a week ago; returns how many rows."""
    old = WorkItem.across_tenants.filter(
        state=WorkItem.State.DONE, finished_at__lt=from_now(-DONE_IS_KEPT_SECONDS)
    ).values_list("pk", flat=True)[:PURGED_AT_ONCE]
    rows = list(old)
    if rows:
        WorkItem.across_tenants.filter(pk__in=rows).delete()
    return len(rows)
