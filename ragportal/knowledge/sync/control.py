"""What an administrator does with the syncs of a source: start, stop, pause, resume, and say how often.

`actor_id` is the membership of who did it, None = the operator at the command line. A running sync sees a wish within a
second or at its next checkpoint, brings what it has taken to its end, and leaves the rest to the next run.
"""

from django.utils import timezone

from ragportal.audit import services as audit
from ragportal.common.errors import InvalidInput
from ragportal.common.rows import tenant_transaction
from ragportal.common.tenancy import current_tenant_id
from ragportal.knowledge.models import Source, SyncRun
from ragportal.knowledge.sync.scheduling import enqueue_sync

UNCHANGED = "Nothing was changed."
LONGEST_PAUSE_MINUTES = 366 * 24 * 60


def start_sync(*, source: Source, actor_id: int | None = None) -> None:
    """Have a worker sync the source now. Raises InvalidInput for a paused one."""
    refuse_paused(source)
    with tenant_transaction():
        enqueue_sync(source)
        _record("source.sync_started", source, actor_id)


def stop_sync(*, source: Source, actor_id: int | None = None) -> SyncRun:
    """Let the running sync end in order; its schedule goes on. Raises InvalidInput where none is running."""
    with tenant_transaction():
        run: SyncRun | None = SyncRun.objects.filter(source=source, state=SyncRun.State.RUNNING).last()
        if run is None:
            raise InvalidInput(f"No sync of {source.name} is running.", kept=UNCHANGED)
        SyncRun.objects.filter(pk=run.pk).update(stop_wanted=True)
        _record("source.sync_stopped", source, actor_id)
    return run


def pause_source(*, source: Source, actor_id: int | None = None) -> None:
    """No sync of the source until it is resumed; a running one ends in order. Its documents stay found."""
    with tenant_transaction():
        if Source.objects.filter(pk=source.pk, paused_at=None).update(paused_at=timezone.now()):
            _record("source.paused", source, actor_id)
    source.refresh_from_db()


def resume_source(*, source: Source, actor_id: int | None = None) -> None:
    """Syncs go on, the first one as soon as a worker is free if the source has a schedule."""
    with tenant_transaction():
        paused = Source.objects.filter(pk=source.pk, paused_at__isnull=False)
        if paused.update(paused_at=None, next_sync_at=None, failed_in_row=0):
            _record("source.resumed", source, actor_id)
    source.refresh_from_db()


def schedule_source(*, source: Source, every_minutes: int, actor_id: int | None = None) -> None:
    """Sync the source so often from now on; 0 = by hand alone. Raises InvalidInput for a number out of bounds."""
    if not 0 <= every_minutes <= LONGEST_PAUSE_MINUTES:
        raise InvalidInput(
            f"{every_minutes} minutes cannot be the time between two syncs.",
            kept=UNCHANGED,
            todo=f"Give 1 to {LONGEST_PAUSE_MINUTES}, or 0 for syncs by hand alone.",
        )
    with tenant_transaction():
        Source.objects.filter(pk=source.pk).update(every_minutes=every_minutes, next_sync_at=None)
        _record("source.scheduled", source, actor_id)
    source.refresh_from_db()


def refuse_paused(source: Source) -> None:
    """Raises InvalidInput if the source is paused."""
    if source.paused_at is not None:
        raise InvalidInput(
            f"{source.name} is paused since {source.paused_at:%Y-%m-%d %H:%M} UTC.",
            kept="Nothing was begun.",
            todo="Resume it first: manage.py schedule NAME resume",
        )


def _record(action: str, source: Source, actor_id: int | None) -> None:
    subjects = {"source": source.pk, "every_minutes": source.every_minutes}
    audit.record(tenant_id=current_tenant_id(), action=action, actor_id=actor_id, subjects=subjects, decision="done")
