"""What workers do for sources and the index, by name in the setting WORK. Addresses only: services do the work."""

from ragportal.common.tenancy import current_tenant_id, use_tenant
from ragportal.common.work.enqueueing import enqueue
from ragportal.knowledge.documents.index_work import finish_index_work, index_is_behind
from ragportal.knowledge.run_report import run_in_words
from ragportal.knowledge.selectors import source_by_id
from ragportal.knowledge.sync.scheduling import enqueue_due_syncs
from ragportal.knowledge.sync.sync_source import sync_source
from ragportal.knowledge.watching import show, shown_progress
from ragportal.knowledge.work_lock import locked_now
from ragportal.tenants.models import Tenant

FINISH_INDEX_WORK = "finish_index_work"


def sync_source_by_id(*, source: int, confirm_deletions: bool = False) -> None:
    """Bring one source of the current tenant up to date; nothing where it was paused meanwhile."""
    found = source_by_id(source_id=source)
    if found.paused_at is not None:
        return
    with shown_progress(found.name) as progress:
        run = sync_source(source=found, progress=progress, confirm_deletions=confirm_deletions)
    show(run_in_words(found.name, run))


def finish_index() -> None:
    """Tell the current tenant's index what it still has to learn."""
    finish_index_work(tenant=Tenant.objects.get(pk=current_tenant_id()))


def enqueue_what_is_due() -> None:
    """At each tick: syncs by their schedule, and index work that nobody who is at work will do."""
    enqueue_due_syncs()
    for tenant_id in Tenant.objects.order_by("pk").values_list("pk", flat=True):
        with use_tenant(tenant_id):
            if not locked_now() and index_is_behind():
                enqueue(FINISH_INDEX_WORK, arguments={}, key=FINISH_INDEX_WORK)
