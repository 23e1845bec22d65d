"""What a connector yields, one by one, until the source's rows say the same."""

from connectors.base import Change, Checkpoint, Connector, Deleted, Failed, SourceDocument, SourceError
from integrations.embeddings.base import Embedder
from ragportal.common.rows import tenant_transaction
from ragportal.knowledge.documents.embedding import BackgroundEmbedder
from ragportal.knowledge.documents.failures import Failure
from ragportal.knowledge.documents.intake import Intake, IntakeSource
from ragportal.knowledge.documents.listed import keep_out, mark_seen, narrow_failed
from ragportal.knowledge.documents.removal import remove_documents
from ragportal.knowledge.models import DocumentFailure, Source, SyncRun
from ragportal.knowledge.progress import Progress, ReportProgress
from ragportal.knowledge.sync.absences import absent_documents, delete_absent, move_documents, shown_documents
from ragportal.knowledge.sync.group_members import GroupMembers
from ragportal.knowledge.work_lock import source_transaction

COUNTS = ("added", "changed", "access_changed", "failed")
REPORT_EVERY = 20


class ChangeReader:
    """Reads the changes of one run. After `finish` the run's counts stand in its row object."""

    def __init__(
        self,
        run: SyncRun,
        connector: Connector,
        groups: GroupMembers,
        engines: tuple[Embedder, BackgroundEmbedder],
        progress: ReportProgress,
        confirm_deletions: bool,
    ) -> None:
        self._source: Source = run.source
        self._run = run
        self._connector = connector
        self._report = progress
        self._confirm_deletions = confirm_deletions
        self._moves_are_settled = False
        self._began_listing = not run.source.listing_is_open
        self._is_complete = False
        self._saw_all = False
        self._expected = shown_documents(run.source).count() or None
        wanted = IntakeSource(run.source.pk, run.source.listing, connector.access, groups.lose, self._may_have_moved)
        self._intake = Intake(wanted, *engines)

    def read(self, change: Change) -> None:
        """Take one change over; a document may be published only some changes later."""
        match change:
            case SourceDocument():
                self._run.seen += 1
                self._intake.take(change)
                if self._run.seen % REPORT_EVERY == 0:
                    self._progress()
            case Deleted():
                self._settle(change.id)
                self._run.deleted += remove_documents(source_id=self._source.pk, external_ids=[change.id])
            case Failed():
                self._settle(change.id)
                self._fail(change)
            case Checkpoint():
                self._checkpoint(change)

    def finish(self) -> bool:
        """Bring the last documents to their end; True if each document that can be found was looked at."""
        self._intake.finish()
        self._take_left_aside()
        if not self._is_complete:
            self._delete_absent()
        self._progress()
        return self._saw_all

    def _settle(self, external_id: str) -> None:
        if self._intake.is_under_way(external_id):
            self._intake.finish()

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
                    self._run.deleted += remove_documents(source_id=self._source.pk, external_ids=[failed.id])
                    return
                narrow_failed(self._source.pk, failed.id, access)
        self._intake.fail([failure])

    def _checkpoint(self, checkpoint: Checkpoint) -> None:
        """Everything before it is stored when the cursor is."""
        self._is_complete, self._saw_all = checkpoint.complete_listing, False
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
        self._progress()

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
            confirmed_by_person=self._confirm_deletions,
        )
        self._run.deleted += deletions.deleted
        self._run.held_deletions += deletions.held
        self._saw_all = self._began_listing and not deletions.held and not deletions.failures
        if self._is_complete:
            self._intake.fail(deletions.failures)
            self._forget_failures()

    def _forget_failures(self) -> None:
        """A failure that a whole listing did not repeat is of a document that is gone."""
        if self._began_listing:
            with tenant_transaction():
                DocumentFailure.objects.filter(source=self._source, failed_at__lt=self._run.started_at).delete()

    def _may_have_moved(self, content_hash: str) -> bool:
        nothing_was_there = self._expected is None
        if self._moves_are_settled or nothing_was_there or not self._connector.ids_are_paths:
            return False
        return absent_documents(self._source).filter(current_version__content_hash=content_hash).exists()

    def _progress(self) -> None:
        counts = self._intake.counts
        for name in COUNTS:
            setattr(self._run, name, counts[name])
        self._run.save()
        self._report(Progress(done=counts["done"], expected=self._expected))
