"""What happened to which document, written in the transaction in which it happens."""

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar

from django.utils import timezone

from ragportal.knowledge.models import DocumentChange

What = DocumentChange.What
Changed = tuple[int | None, str]
"""A document: its number here, None where it has none yet, and its id at the source."""

_run: ContextVar[int | None] = ContextVar("run_of_changes", default=None)


@contextmanager
def changes_of_run(run_id: int) -> Iterator[None]:
    """What the block changes is noted as this run's; outside it was done by hand."""
    token = _run.set(run_id)
    try:
        yield
    finally:
        _run.reset(token)


def log_changes(source_id: int, what: DocumentChange.What, documents: Iterable[Changed]) -> None:
    """Note that this happened to these documents now. Call it inside the transaction of the change."""
    now, run_id = timezone.now(), _run.get()
    DocumentChange.objects.bulk_create(
        DocumentChange(
            source_id=source_id, document_id=number, external_id=external_id, what=what, run_id=run_id, at=now
        )
        for number, external_id in documents
    )
