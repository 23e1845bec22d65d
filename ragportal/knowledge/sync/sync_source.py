"""One sync of a source: who left a group, what changed, what is absent, who joined a group, then the index."""

from collections.abc import Iterator
from contextlib import closing, contextmanager
from typing import Any

from django.db.models import F
from django.utils import timezone

from connectors.base import Connector, SyncCursor
from ragportal.access.services import link_people, note_access_as_of
from ragportal.audit import services as audit
from ragportal.common.engines import the_embedder
from ragportal.common.errors import ProductError
from ragportal.common.rows import tenant_transaction
from ragportal.common.tenancy import current_tenant_id, use_tenant
from ragportal.knowledge.documents.change_log import changes_of_run
from ragportal.knowledge.documents.embedding import background_embedder
from ragportal.knowledge.documents.index_work import finish_index_work
from ragportal.knowledge.documents.publishing import drop_staged
from ragportal.knowledge.documents.purging import purge_expired
from ragportal.knowledge.models import Source, SyncRun
from ragportal.knowledge.progress import ReportProgress, unwatched
from ragportal.knowledge.sync.changes import ChangeReader, SyncOptions
from ragportal.knowledge.sync.connectors import open_connector
from ragportal.knowledge.sync.control import refuse_paused
from ragportal.knowledge.sync.group_members import GroupMembers
from ragportal.knowledge.sync.scheduling import plan_next
from ragportal.knowledge.troubles import explained_troubles
from ragportal.knowledge.work_lock import AlreadyRunning, source_transaction, source_work, work_lock

BROKEN_OFF = "The sync was broken off. What was done is kept; the next sync goes on from there."


def sync_source(
    *,
    source: Source,
    progress: ReportProgress = unwatched,
    confirm_deletions: bool = False,
    retry_failures: bool = False,
    take_over: bool = False,
) -> SyncRun:
    """Bring the database and the index to what the source says now; returns the finished run.

    It is DONE or HELD; or PAUSED or STOPPED, as `pause_source` and `stop_sync` wish, with what was taken in till then.
    May be broken off anywhere and be run again. Documents that cannot be taken in become failure rows. Raises
    InvalidInput for a paused source; Unavailable where the source, index, model, disk or database cannot be used: the
    run is then FAILED, nothing was deleted because it was not listed, and what was done is kept; AlreadyRunning where
    this source is being synced. `confirm_deletions`, `retry_failures`: see SyncOptions. `take_over`: see work_lock.
    """
    with use_tenant(source.tenant.pk), explained_troubles():
        with work_lock(source_work(source.pk), f"A sync of {source.name}", take_over=take_over):
            source.refresh_from_db()
            refuse_paused(source)
            SyncRun.objects.filter(source=source, state=SyncRun.State.RUNNING).update(
                state=SyncRun.State.FAILED, error=BROKEN_OFF, finished_at=timezone.now()
            )
            with _noted_run(source) as run, explained_troubles(), changes_of_run(run.pk):
                _sync(source, run, progress, SyncOptions(confirm_deletions, retry_failures))
        return run


@contextmanager
def _noted_run(source: Source) -> Iterator[SyncRun]:
    """A row for the block, which ends as the block says, or as FAILED with the reason if it raises."""
    run = SyncRun.objects.create(source=source)
    plan_next(source, problem=None, failed_in_row=source.failed_in_row)
    error, problem = BROKEN_OFF, None
    try:
        yield run
        error = ""
    except ProductError as raised:
        error, problem = str(raised), raised
        raise
    finally:
        run.state = SyncRun.State.FAILED if error else run.state
        run.error, run.finished_at = error, timezone.now()
        with tenant_transaction():
            run.save(update_fields=["state", "error", "finished_at"])
            if problem is not None or not error:
                plan_next(source, problem=problem, failed_in_row=source.failed_in_row + 1 if problem else 0)
        _tell_of_alarm(run)


def _sync(source: Source, run: SyncRun, progress: ReportProgress, options: SyncOptions) -> None:
    connector = open_connector(source.kind, source.config)
    drop_staged(source.pk)
    _open_listing(source, run)
    groups = GroupMembers(source.pk, connector.groups)
    link_people(source_id=source.pk)
    reader = _read_changes(run, connector, groups, progress, options)
    if reader.is_to_end:
        source.refresh_from_db(fields=["paused_at"])
        run.state = SyncRun.State.PAUSED if source.paused_at else SyncRun.State.STOPPED
    else:
        run.state = SyncRun.State.HELD if run.held_deletions else SyncRun.State.DONE
        _close_listing(source, reader, groups)
    link_people(source_id=source.pk)
    purge_expired(source_id=source.pk)
    _finish_index(source)


def _read_changes(
    run: SyncRun, connector: Connector, groups: GroupMembers, progress: ReportProgress, options: SyncOptions
) -> ChangeReader:
    embedder = the_embedder()
    changes: Any = connector.changes(SyncCursor(run.source.cursor))
    with background_embedder(embedder) as background, closing(changes):
        reader = ChangeReader(run, connector, groups, (embedder, background), progress, options)
        for change in changes:
            reader.read(change)
            if reader.is_to_end:
                reader.leave()
                return reader
        reader.finish()
        return reader


def _open_listing(source: Source, run: SyncRun) -> None:
    """Begin a listing, or go on with one that was broken off behind a checkpoint."""
    if not source.listing_is_open:
        with source_transaction(source.pk):
            mine = Source.objects.filter(pk=source.pk)
            mine.update(listing=F("listing") + 1, listing_began_at=run.started_at)
        source.refresh_from_db()


def _close_listing(source: Source, reader: ChangeReader, groups: GroupMembers) -> None:
    """Whoever joined a group comes in if this run looked at every document; what is known is as old as the listing."""
    if reader.looked_at_all and reader.began_listing:
        groups.let_in()
    with source_transaction(source.pk):
        Source.objects.filter(pk=source.pk).update(listing_is_open=False)
        if reader.looked_at_all and source.listing_began_at is not None:
            note_access_as_of(source_id=source.pk, as_of=source.listing_began_at)


def _tell_of_alarm(run: SyncRun) -> None:
    if run.alarm:
        audit.record(
            tenant_id=current_tenant_id(),
            action="source.many_deletions",
            actor_id=None,
            subjects={"source": run.source.pk, "run": run.pk, "deletions": run.stated_deletions},
            decision="hidden",
        )


def _finish_index(source: Source) -> None:
    """Whoever else works on the index finds this source's rows too, or the next sync does."""
    try:
        finish_index_work(tenant=source.tenant)
    except AlreadyRunning:
        return
