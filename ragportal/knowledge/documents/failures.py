"""Documents that could not be taken in: one row each, gone as soon as the document succeeds."""

import hashlib
from collections.abc import Collection
from dataclasses import dataclass

from django.utils import timezone

from connectors.base import LONGEST_ID
from ragportal.knowledge.models import DocumentFailure


@dataclass(frozen=True, slots=True)
class Failure:
    """Why one document is left out. `permanent`: trying again without a change at the source is useless."""

    external_id: str
    reason: str
    permanent: bool


def record_failures(source_id: int, failures: Collection[Failure]) -> None:
    """Write or renew the rows of these documents."""
    DocumentFailure.objects.bulk_create(
        [
            DocumentFailure(
                source_id=source_id,
                external_id=_storable(failure.external_id),
                reason=failure.reason,
                permanent=failure.permanent,
                failed_at=timezone.now(),
            )
            for failure in {failure.external_id: failure for failure in failures}.values()
        ],
        update_conflicts=True,
        unique_fields=["source", "external_id"],
        update_fields=["reason", "permanent", "failed_at"],
    )


def resolve_failures(source_id: int, external_ids: Collection[str]) -> None:
    """These documents are fine now, or gone."""
    if external_ids:
        ids = [_storable(external_id) for external_id in external_ids]
        DocumentFailure.objects.filter(source_id=source_id, external_id__in=ids).delete()


def _storable(external_id: str) -> str:
    """The id itself; one that is too long for the row is cut and told from others by its hash."""
    if len(external_id) <= LONGEST_ID:
        return external_id
    return f"{external_id[:900]}…{hashlib.sha256(external_id.encode()).hexdigest()}"
