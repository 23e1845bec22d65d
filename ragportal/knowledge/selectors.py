"""Sources and how they are doing."""

from typing import TYPE_CHECKING

from django.db.models import Count, Q

from ragportal.common.errors import NotFound
from ragportal.knowledge.models import DocumentFailure, Source, SyncRun

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
    shown = Q(documents__removed_at=None, documents__current_version__isnull=False)
    sources: QuerySet[Source] = Source.objects.order_by("name").annotate(
        documents_shown=Count("documents", filter=shown, distinct=True),
        documents_failed=Count("failures", distinct=True),
    )
    return sources


def last_run(*, source: Source) -> SyncRun | None:
    """The newest run of a source, running or finished."""
    run: SyncRun | None = source.runs.order_by("-pk").first()
    return run


def failures_of(*, source: Source) -> "QuerySet[DocumentFailure]":
    """The documents of a source that could not be taken in, by id."""
    failures: QuerySet[DocumentFailure] = source.failures.order_by("external_id")
    return failures
