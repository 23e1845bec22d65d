"""What a connector yields during one run, taken over change by change, until the source's rows say the same."""

from dataclasses import dataclass

from connectors.base import Change, Checkpoint, Connector, Deleted, Failed, SourceDocument, SourceError
from integrations.embeddings.base import Embedder
from ragportal.common.rows import tenant_transaction
from ragportal.knowledge.documents.attachments import MARK
from ragportal.knowledge.documents.embedding import BackgroundEmbedder
from ragportal.knowledge.documents.failures import Failure
from ragportal.knowledge.documents.intake import Intake, IntakeSource
from ragportal.knowledge.documents.listed import keep_out, mark_seen, narrow_failed
from ragportal.knowledge.documents.removal import remove_documents
from ragportal.knowledge.models import DocumentFailure, Source, SyncRun
from ragportal.knowledge.progress import ReportProgress
from ragportal.knowledge.sync.absences import absent_content, delete_absent, is_held, move_documents, shown_documents
from ragportal.knowledge.sync.group_members import GroupMembers
from ragportal.knowledge.sync.run_notes import RunNotes
from ragportal.knowledge.work_lock import source_transaction

COUNTS = ("added", "changed", "access_changed", "failed", "done")
TOLD_EVERY = 20


@dataclass(frozen=True, slots=True)
class SyncOptions:
    """What whoever starts a sync may want of it. `confirm_deletions`: an administrator has seen the number of absent
    documents. `retry_failures`: documents that cannot be taken in are tried again although they did not change."""

    confirm_deletions: bool = False
    retry_failures: bool = False


class ChangeReader:
    """Reads the changes of one run. After `finish` or `leave` the run's counts stand in its row.

    `looked_at_all`: after `finish`, whether each document that can be found was looked at since the listing began;
    `began_listing`: whether that was in this run.
    """

    def __init__(
        self,
        run: SyncRun,
        connector: Connector,
        groups: GroupMembers,
        engines: tuple[Embedder, BackgroundEmbedder],
        progress: ReportProgress,
        options: SyncOptions,
    ) -> None:
        self.began_listing = not run.source.listing_is_open
        self.looked_at_all = False
        self._source: Source = run.source
        self._run = run
        self._connector = connector
        self._options = options
        self._notes = RunNotes(run, progress)
        self._moves_are_settled = False
        self._is_complete = False
        self._deleted = 0
        self._shown_before = shown_documents(run.source).count()
        self._run.expected = self._shown_before or None
        wanted = IntakeSource(
            run.source.pk,
            run.source.listing,
            connector.access,
            groups.lose,
            self._may_have_moved,
            retry_failures=options.retry_failures,
        )
        self._intake = Intake(wanted, *engines)

    @property
    def is_to_end(self) -> bool:
        """Whether somebody paused the source or stopped the run: `leave` then, instead of reading on."""
        return self._notes.end_wanted

    def read(self, change: Change) -> None:
        """Take one change over; a document may be published only some changes later."""
        match change:
            case SourceDocument():
                self._run.seen += 1
                self._intake.take(change)
                if self._run.seen % TOLD_EVERY == 0:
                    self._tell()
            case Deleted():
                self._settle(change.id)
                self._delete_stated(change.id)
            case Failed():
                self._settle(change.id)
                self._fail(change)
            case Checkpoint():
                self._checkpoint(change)

    def finish(self) -> None:
        """Bring the last documents to their end, and those that were not named."""
        self._intake.finish()
        self._take_left_aside()
        if not self._is_complete:
            self._delete_absent()
        self._tell()
        self._notes.write()

    def leave(self) -> None:
        """Bring what was taken to its end; whatever stands behind the last checkpoint comes again in the next run."""
        self._intake.finish()
        self._tell()
        self._notes.write()

    def _settle(self, external_id: str) -> None:
        if self._intake.is_under_way(external_id):
            self._intake.finish()

    def _delete_stated(self, external_id: str) -> None:
        """The source says so: it counts at once. That many go at once may be a mistake there, so it is told."""
        removed = remove_documents(source_id=self._source.pk, external_ids=[external_id])
        self._deleted += removed
        self._run.stated_deletions += removed
        if not self._run.alarm and is_held(self._run.stated_deletions, self._shown_before):
            self._run.alarm = (
                "The source says of unusually many documents that they are gone, so they are hidden. If that is a "
                "mistake there, `manage.py restore_documents` brings back those that it has after all."
            )
            self._notes.write()

    def _fail(self, failed: Failed) -> None:
        """The text of a document that is left out now is kept, but for nobody whom the source does not let in now."""
        with tenant_transaction():
            mark_seen(self._source.pk, self._source.listing, [failed.id])
        failure = Failure(failed.id, failed.reason, failed.permanent)
        if shown_documents(self._source).filter(external_id=failed.id).exists():
            try:
                access = self._connector.access(failed.id)
            except SourceError as error:
                reason = f"{failed.reason} Who may read it could not be told: {error}"
                failure = Failure(failed.id, reason, error.permanent)
                keep_out(self._source.pk, failed.id)
            else:
                if access is None:
                    self._deleted += remove_documents(source_id=self._source.pk, external_ids=[failed.id])
                    return
                narrow_failed(self._source.pk, failed.id, access)
        self._intake.fail([failure])

    def _checkpoint(self, checkpoint: Checkpoint) -> None:
        """Everything before it is stored when the cursor is."""
        self._is_complete, self.looked_at_all = checkpoint.complete_listing, False
        self._intake.finish()
        if checkpoint.complete_listing:
            self._run.moved += move_documents(self._source, self._intake.perhaps_moved, self._connector.access)
        self._take_left_aside()
        if checkpoint.complete_listing:
            self._delete_absent()
        with source_transaction(self._source.pk):
            self._source.cursor = checkpoint.cursor.position
            self._source.listing_is_open = True
            self._source.save(update_fields=["cursor", "listing_is_open"])
        self._tell()
        self._notes.write()

    def _take_left_aside(self) -> None:
        """Documents that did not move, or whose row has their new id by now, are taken in like any other."""
        self._moves_are_settled = True
        left_aside, self._intake.perhaps_moved = self._intake.perhaps_moved, []
        for _, change in left_aside:
            self._intake.take_again(change)
        self._intake.finish()
        self._moves_are_settled = False

    def _delete_absent(self) -> None:
        """After an incomplete listing what could not be told is behind an obstacle, which is reported itself."""
        deletions = delete_absent(
            self._source,
            self._connector.access,
            listing_was_complete=self._is_complete,
            confirmed_by_person=self._options.confirm_deletions,
        )
        self._deleted += deletions.deleted
        self._run.held_deletions += deletions.held
        self.looked_at_all = not deletions.held and not deletions.failures
        if self._is_complete:
            self._intake.fail(deletions.failures)
            self._forget_failures()

    def _forget_failures(self) -> None:
        """A failure that a whole listing did not repeat is of a document that is gone."""
        if self.began_listing:
            with tenant_transaction():
                old = DocumentFailure.objects.filter(source=self._source, failed_at__lt=self._run.started_at)
                old.exclude(external_id__contains=MARK).delete()  # attachments are looked at with their mail alone

    def _may_have_moved(self, content_hash: str) -> bool:
        nothing_was_there = not self._shown_before
        if self._moves_are_settled or nothing_was_there or not self._connector.ids_are_paths:
            return False
        return absent_content(self._source, content_hash).exists()

    def _tell(self) -> None:
        counts = self._intake.counts
        self._notes.tell(
            {**{name: counts[name] for name in COUNTS}, "deleted": self._deleted + counts["deleted"]},
        )
