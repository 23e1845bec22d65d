"""Sources and how they are doing."""

from datetime import timedelta
from typing import TYPE_CHECKING

from django.db.models import Count, OuterRef, Q, Subquery
from django.db.models.functions import Coalesce
from django.utils import timezone

from ragportal.common.errors import NotFound
from ragportal.knowledge.models import Document, DocumentChange, DocumentFailure, Source, SyncRun

if TYPE_CHECKING:
    from django.db.models import QuerySet


def find_source(*, name: str) -> Source:
    """The current tenant's source of this name. Raises NotFound naming those there are."""
    source: Source | None = Source.objects.filter(name=name).first()
    if source is None:
        names = ", ".join(repr(known) for known in Source.objects.order_by("name").values_list("name", flat=True))
        raise NotFound(f"There is no source {name!r}.", todo=f"Sources: {names or 'none yet, see add_source'}.")
    return source


def source_by_id(*, source_id: int) -> Source:
    """The current tenant's source of this id. Raises NotFound."""
    source: Source | None = Source.objects.filter(pk=source_id).first()
    if source is None:
        raise NotFound("This source is not there any more.")
    return source


def sources_with_counts() -> "QuerySet[Source]":
    """The current tenant's sources by name, each with `documents_shown` and `documents_failed`."""
    shown = Document.objects.filter(source=OuterRef("pk"), removed_at=None, current_version__isnull=False)
    failed = DocumentFailure.objects.filter(source=OuterRef("pk"))
    sources: QuerySet[Source] = Source.objects.order_by("name").annotate(
        documents_shown=_counted(shown), documents_failed=_counted(failed)
    )
    return sources


def _counted(rows: "QuerySet[Document] | QuerySet[DocumentFailure]") -> Coalesce:
    counts = rows.order_by().values("source").annotate(count=Count("pk")).values("count")
    return Coalesce(Subquery(counts), 0)


def last_run(*, source: Source) -> SyncRun | None:
    """The newest run of a source, running or finished."""
    run: SyncRun | None = source.runs.order_by("-pk").first()
    return run


def failures_of(*, source: Source) -> "QuerySet[DocumentFailure]":
    """The documents of a source that could not be taken in, by id."""
    failures: QuerySet[DocumentFailure] = source.failures.order_by("external_id")
    return failures


def time_left(*, run: SyncRun) -> timedelta | None:
    """How long a running sync will go on at its pace so far; None where nobody can tell, or it is over."""
    is_running = run.state == SyncRun.State.RUNNING and run.noted_at is not None
    if not is_running or run.noted_at is None or not run.expected or not 0 < run.done <= run.expected:
        return None
    took = run.noted_at - run.started_at
    end = run.noted_at + took * (run.expected - run.done) / run.done
    return max(end - timezone.now(), timedelta())


def history_of(*, source: Source, external_id: str) -> "QuerySet[DocumentChange]":
    """What happened to the document of this id, newest first, as far as it is kept; under former ids too."""
    of_id = DocumentChange.objects.filter(source=source, external_id=external_id)
    numbers = of_id.filter(document_id__isnull=False).values("document_id")
    changes: QuerySet[DocumentChange] = DocumentChange.objects.filter(source=source).filter(
        Q(external_id=external_id) | Q(document_id__in=numbers)
    )
    return changes.order_by("-pk")
