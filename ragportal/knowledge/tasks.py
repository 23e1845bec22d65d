"""What workers do for sources and the index, by name in the setting WORK. Addresses only: services do the work."""

from ragportal.common.tenancy import current_tenant_id, use_tenant
from ragportal.common.work.enqueueing import enqueue
from ragportal.knowledge.documents.index_work import finish_index_work, index_is_behind
from ragportal.knowledge.selectors import source_by_id
from ragportal.knowledge.sync.scheduling import enqueue_due_syncs
from ragportal.knowledge.sync.sync_source import sync_source
from ragportal.tenants.models import Tenant

SYNC_SOURCE, FINISH_INDEX_WORK = "sync_source", "finish_index_work"


def sync_source_by_id(*, source: int, confirm_deletions: bool = False) -> None:
    """Bring one source of the current tenant up to date, unless it was paused since."""
    row = source_by_id(source_id=source)
    if row.paused_at is None:
        sync_source(source=row, confirm_deletions=confirm_deletions)


def finish_index() -> None:
    """Tell the current tenant's index what it still has to learn."""
    finish_index_work(tenant=Tenant.objects.get(pk=current_tenant_id()))


def enqueue_what_is_due() -> None:
    """At each tick, for each tenant: sources whose time has come, and index work that a broken run left behind."""
    enqueue_due_syncs()
    for tenant in Tenant.objects.order_by("pk"):
        with use_tenant(tenant.pk):
            if index_is_behind():
                enqueue(FINISH_INDEX_WORK, arguments={}, key=FINISH_INDEX_WORK)
