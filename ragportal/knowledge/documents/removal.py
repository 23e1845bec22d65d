"""Documents that are gone at the source: hidden at once, taken out of the index later."""

from collections.abc import Collection

from django.utils import timezone

from ragportal.common.rows import locked_ids, tenant_transaction
from ragportal.knowledge.documents.change_log import What, log_changes
from ragportal.knowledge.documents.failures import resolve_failures
from ragportal.knowledge.models import Document, Version

RETIRED_AT_ONCE = 1000


def remove_documents(*, source_id: int, external_ids: Collection[str]) -> int:
    """Set the tombstone, by which no search finds these documents any more; returns how many it hid."""
    with tenant_transaction():
        resolve_failures(source_id, external_ids)
        shown = Document.objects.filter(source_id=source_id, external_id__in=external_ids, removed_at=None)
        gone = list(shown.select_for_update().order_by("pk").values_list("pk", "external_id"))
        Document.objects.filter(pk__in=[number for number, _ in gone]).update(removed_at=timezone.now())
        log_changes(source_id, What.REMOVED, gone)
        return len(gone)


def retire_removed() -> None:
    """Give up the published version of removed documents, so that it is dropped from the index.

    From here on a document that reappears is taken in anew; before, it only loses its tombstone.
    """
    while _retire_some():
        pass


def _retire_some() -> int:
    """A document that appears again meanwhile keeps its version: what is locked is still removed."""
    with tenant_transaction():
        removed = Document.objects.filter(removed_at__isnull=False, current_version__isnull=False)
        ids = locked_ids(removed, RETIRED_AT_ONCE)
        published = Version.objects.filter(state=Version.State.PUBLISHED, document__in=ids)
        published.update(state=Version.State.RETIRED, replaced_at=timezone.now())
        Document.objects.filter(pk__in=ids).update(current_version=None, indexed_rule_id=None)
    return len(ids)
