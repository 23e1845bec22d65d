"""One sync of a source: who left a group, what changed, what is absent, who joined a group, then the index."""

from collections.abc import Iterator
from contextlib import contextmanager

from django.db.models import F
from django.utils import timezone

from connectors.base import Connector, SyncCursor
from ragportal.access.services import link_people
from ragportal.common.engines import the_embedder
from ragportal.common.errors import ProductError
from ragportal.common.rows import tenant_transaction
from ragportal.common.tenancy import use_tenant
from ragportal.knowledge.documents.embedding import background_embedder
from ragportal.knowledge.documents.index_work import finish_index_work
from ragportal.knowledge.documents.publishing import drop_staged
from ragportal.knowledge.models import Source, SyncRun
from ragportal.knowledge.progress import ReportProgress, unwatched
from ragportal.knowledge.sync.changes import ChangeReader
from ragportal.knowledge.sync.connectors import open_connector
from ragportal.knowledge.sync.group_members import GroupMembers
from ragportal.knowledge.troubles import explained_troubles
from ragportal.knowledge.work_lock import AlreadyRunning, source_work, work_lock

BROKEN_OFF = "The sync was broken off. What was done is kept; the next sync goes on from there."


def sync_source(
    *, source: Source, progress: ReportProgress = unwatched, confirm_deletions: bool = False, take_over: bool = False
) -> SyncRun:
    """Bring the database and the index to what the source says now; returns the finished run (DONE or HELD).

    May be broken off anywhere and be run again. Documents that cannot be taken in become failure rows. Raises
    Unavailable where the source, index, model, disk or database cannot be used: the run is then FAILED, nothing was
    deleted because it was not listed, and what was done is kept; AlreadyRunning where this source is being synced.
    `confirm_deletions`: an administrator has seen the number of absent documents. `take_over`: see work_lock.
    """
    with use_tenant(source.tenant.pk), explained_troubles():
        with work_lock(source_work(source.pk), f"A sync of {source.name}", take_over=take_over):
            source.refresh_from_db()
            SyncRun.objects.filter(source=source, state=SyncRun.State.RUNNING).update(
                state=SyncRun.State.FAILED, error=BROKEN_OFF, finished_at=timezone.now()
            )
            with _noted_run(source) as run, explained_troubles():
                _sync(source, run, progress, confirm_deletions=confirm_deletions)
        return run


@contextmanager
def _noted_run(source: Source) -> Iterator[SyncRun]:
    """A row for the block, which ends as DONE or HELD, or as FAILED with the reason if the block raises."""
    run = SyncRun.objects.create(source=source)
    error = BROKEN_OFF
    try:
        yield run
        error = ""
    except ProductError as problem:
        error = str(problem)
        raise
    finally:
        held = SyncRun.State.HELD if run.held_deletions else SyncRun.State.DONE
        run.state = SyncRun.State.FAILED if error else held
        run.error = error
        run.finished_at = timezone.now()
        run.save()


def _sync(source: Source, run: SyncRun, progress: ReportProgress, *, confirm_deletions: bool) -> None:
    connector = open_connector(source.kind, source.config)
    drop_staged(source.pk)
    groups = GroupMembers(source.pk, connector.groups)
    link_people(source_id=source.pk)
    _open_listing(source)
    if _read_changes(run, connector, groups, progress, confirm_deletions=confirm_deletions):
        groups.let_in()
    with tenant_transaction():
        Source.objects.filter(pk=source.pk).update(listing_is_open=False)
    link_people(source_id=source.pk)
    _finish_index(source)


def _read_changes(
    run: SyncRun,
    connector: Connector,
    groups: GroupMembers,
    progress: ReportProgress,
    *,
    confirm_deletions: bool,
) -> bool:
    """True if every document was looked at."""
    embedder = the_embedder()
    with background_embedder(embedder) as background:
        reader = ChangeReader(run, connector, groups, (embedder, background), progress, confirm_deletions)
        for change in connector.changes(SyncCursor(run.source.cursor)):
            reader.read(change)
        return reader.finish()


def _open_listing(source: Source) -> None:
    """Begin a listing, or go on with one that was broken off behind a checkpoint."""
    if not source.listing_is_open:
        with tenant_transaction():
            Source.objects.filter(pk=source.pk).update(listing=F("listing") + 1)
        source.refresh_from_db()


def _finish_index(source: Source) -> None:
    """Whoever else works on the index finds this source's rows too, or the next sync does."""
    try:
        finish_index_work(tenant=source.tenant)
    except AlreadyRunning:
        return
