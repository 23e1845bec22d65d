"""What is kept for a while only: replaced versions, removed documents, and the change log."""

from datetime import timedelta

from django.conf import settings
from django.db.models import QuerySet
from django.utils import timezone

from ragportal.knowledge.models import Document, DocumentChange, Version
from ragportal.knowledge.work_lock import source_transaction

DELETED_AT_ONCE = 200


def purge_expired(*, source_id: int) -> int:
    """Delete what of the source is kept no longer; returns how many versions and documents. The source's lock is held.

    Nothing that is found, or that the index may still hold, is among it.
    """
    kept_from = timezone.now() - timedelta(days=settings.OLD_VERSION_DAYS)
    dropped = Version.objects.filter(document__source_id=source_id, state=Version.State.DROPPED)
    gone = Document.objects.filter(source_id=source_id, removed_at__lt=kept_from, current_version=None)
    in_index = Version.objects.filter(state__in=(Version.State.RETIRED, Version.State.STAGED))
    purged = _delete(source_id, dropped.filter(replaced_at__lt=kept_from))
    purged += _delete(source_id, gone.exclude(versions__in=in_index))
    log_from = timezone.now() - timedelta(days=settings.CHANGE_LOG_DAYS)
    _delete(source_id, DocumentChange.objects.filter(source_id=source_id, at__lt=log_from))
    return purged


def _delete(source_id: int, rows: "QuerySet[Version] | QuerySet[Document] | QuerySet[DocumentChange]") -> int:
    count = 0
    while some := list(rows.values_list("pk", flat=True)[:DELETED_AT_ONCE]):
        with source_transaction(source_id):
            rows.model._base_manager.filter(pk__in=some).delete()
        count += len(some)
    return count
