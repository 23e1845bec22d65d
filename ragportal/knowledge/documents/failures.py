"""Documents that could not be taken in: one row each, gone as soon as the document succeeds."""

import hashlib
import json
from collections.abc import Collection, Mapping
from dataclasses import dataclass

from django.conf import settings
from django.utils import timezone

from connectors.base import LONGEST_ID, SourceDocument
from ragportal.knowledge.documents.change_log import What, log_changes
from ragportal.knowledge.documents.description import fingerprint_of
from ragportal.knowledge.documents.erased import erased_among
from ragportal.knowledge.models import Document, DocumentFailure


@dataclass(frozen=True, slots=True)
class Failure:
    """Why one document is left out. `permanent`: trying again without a change at the source is useless.

    `tried`: an `attempt_of` it, which is not repeated while it stays the same; "" = to be tried at each sync.
    """

    external_id: str
    reason: str
    permanent: bool
    tried: str = ""


def attempt_of(change: SourceDocument, recipe: str) -> str:
    """Names an attempt to read this content in the way of today: the same name would give the same failure."""
    limits = (settings.DOCUMENT_MB, settings.PARSER_MEMORY_MB, settings.PARSER_SECONDS, settings.PARSER_CHARACTERS)
    parts = [fingerprint_of(change), change.media_type, change.title, recipe, *limits]
    return hashlib.sha256(json.dumps(parts).encode()).hexdigest()


def record_failures(source_id: int, failures: Collection[Failure]) -> None:
    """Write or renew the rows of these documents; a failure that is news goes into the change log."""
    by_id = {_storable(failure.external_id): failure for failure in failures}
    for external_id in erased_among(source_id, by_id):
        del by_id[external_id]
    _log_news(source_id, by_id)
    DocumentFailure.objects.bulk_create(
        [
            DocumentFailure(
                source_id=source_id,
                external_id=external_id,
                reason=failure.reason,
                permanent=failure.permanent,
                tried=failure.tried if failure.permanent else "",
                failed_at=timezone.now(),
            )
            for external_id, failure in by_id.items()
        ],
        update_conflicts=True,
        unique_fields=["source", "external_id"],
        update_fields=["reason", "permanent", "tried", "failed_at"],
    )


def still_failing(source_id: int, attempts: Mapping[str, str]) -> set[str]:
    """Those of these documents (id: `attempt_of` it) that failed for good at the very same attempt."""
    rows = DocumentFailure.objects.filter(source_id=source_id, external_id__in=attempts).exclude(tried="")
    tried = dict(rows.values_list("external_id", "tried"))
    return {external_id for external_id, attempt in tried.items() if attempts[external_id] == attempt}


def renew_failures(source_id: int, external_ids: Collection[str]) -> None:
    """These documents still fail, for the same reason."""
    if external_ids:
        rows = DocumentFailure.objects.filter(source_id=source_id, external_id__in=external_ids)
        rows.update(failed_at=timezone.now())


def resolve_failures(source_id: int, external_ids: Collection[str]) -> None:
    """These documents are fine now, or gone."""
    if external_ids:
        ids = [_storable(external_id) for external_id in external_ids]
        DocumentFailure.objects.filter(source_id=source_id, external_id__in=ids).delete()


def _log_news(source_id: int, failures: Mapping[str, Failure]) -> None:
    known = DocumentFailure.objects.filter(source_id=source_id, external_id__in=failures)
    reasons = dict(known.values_list("external_id", "reason"))
    news = [external_id for external_id, failure in failures.items() if reasons.get(external_id) != failure.reason]
    rows = Document.objects.filter(source_id=source_id, external_id__in=news)
    numbers = dict(rows.values_list("external_id", "pk"))
    log_changes(source_id, What.FAILED, [(numbers.get(external_id), external_id) for external_id in news])


def _storable(external_id: str) -> str:
    """The id itself; one that is too long for the row is cut and told from others by its hash."""
    if len(external_id) <= LONGEST_ID:
        return external_id
    return f"{external_id[:900]}…{hashlib.sha256(external_id.encode()).hexdigest()}"
