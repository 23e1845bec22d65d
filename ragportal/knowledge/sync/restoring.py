"""Bringing back documents of which the source said by mistake that they are gone."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from django.db.models import F, Q

from connectors.base import SourceError
from ragportal.audit import services as audit
from ragportal.common.engines import the_embedder
from ragportal.common.errors import InvalidInput
from ragportal.common.tenancy import current_tenant_id
from ragportal.knowledge.documents.asked_access import ReadAccess
from ragportal.knowledge.documents.attachments import container_of
from ragportal.knowledge.documents.change_log import What
from ragportal.knowledge.documents.erased import erased_among
from ragportal.knowledge.documents.index_work import finish_index_work
from ragportal.knowledge.documents.stored_texts import AT_ONCE, StoredText, publish_stored
from ragportal.knowledge.models import Document, DocumentChange, Source, SyncRun, Version
from ragportal.knowledge.sync.connectors import open_connector
from ragportal.knowledge.sync.group_members import GroupMembers
from ragportal.knowledge.troubles import explained_troubles
from ragportal.knowledge.work_lock import source_work, work_lock

UNCHANGED = "Nothing was changed."


@dataclass(frozen=True, slots=True)
class Restored:
    """What became of the documents that one run removed: `gone` are gone at the source, of `untold` nobody can tell."""

    restored: int
    gone: int
    untold: int


def restore_documents(*, source: Source, run_id: int | None = None, actor_id: int | None = None) -> Restored:
    """Show those documents again that a run removed and that the source has after all, to whom it lets in now.

    `run_id`: by default the last run that raised an alarm. Raises InvalidInput where there is none; AlreadyRunning
    during a sync; Unavailable, and may then be called again.
    """
    run = _run(source, run_id)
    with explained_troubles(), work_lock(source_work(source.pk), f"A sync of {source.name}"):
        connector = open_connector(source.kind, source.config)
        groups = GroupMembers(source.pk, connector.groups)
        asked = _Asked(connector.access)
        audit.record(
            tenant_id=current_tenant_id(),
            action="source.restored",
            actor_id=actor_id,
            subjects={"source": source.pk, "run": run.pk},
            decision="begun",
        )
        restored = 0
        for documents in _removed_by(source, run):
            texts = list(asked.texts(documents))
            groups.lose()
            publish_stored(source, texts, the_embedder())
            restored += len(texts)
    with explained_troubles():
        finish_index_work(tenant=source.tenant)
    return Restored(restored, asked.gone, asked.untold)


class _Asked:
    """Asks the source for each document, and counts those that do not come back."""

    def __init__(self, read_access: ReadAccess) -> None:
        self.gone = self.untold = 0
        self._read_access = read_access

    def texts(self, documents: Iterable[Document]) -> Iterator[StoredText]:
        for document in documents:
            try:
                access = self._read_access(container_of(document.external_id))
            except SourceError:
                self.untold += 1
                continue
            version = _last_version(document)
            if access is None or version is None:
                self.gone += 1
            else:
                yield StoredText(version, access, pinned=document.pinned_content)


def _run(source: Source, run_id: int | None) -> SyncRun:
    runs = SyncRun.objects.filter(source=source)
    wanted = runs.exclude(alarm="") if run_id is None else runs.filter(pk=run_id)
    run: SyncRun | None = wanted.order_by("-pk").first()
    if run is None:
        happened = "No sync of it raised an alarm." if run_id is None else f"It has no sync {run_id}."
        raise InvalidInput(happened, kept=UNCHANGED, todo="Name a sync with --run; `manage.py history` tells it.")
    return run


def _removed_by(source: Source, run: SyncRun) -> Iterator[list[Document]]:
    """Documents that this run removed and that are removed still, in batches, with the attachments that went with them.

    Erased ones are not among them.
    """
    removed = DocumentChange.objects.filter(source=source, run_id=run.pk, what=What.REMOVED)
    numbers = sorted({number for number in removed.values_list("document_id", flat=True) if number is not None})
    for start in range(0, len(numbers), AT_ONCE):
        some = numbers[start : start + AT_ONCE]
        with_it = Q(container__in=some, removed_at=F("container__removed_at"))
        rows = Document.objects.filter(Q(pk__in=some) | with_it, removed_at__isnull=False)
        erased = erased_among(source.pk, rows.values_list("external_id", flat=True))
        yield [document for document in rows.order_by("pk") if document.external_id not in erased]


def _last_version(document: Document) -> Version | None:
    kept = document.versions.exclude(state=Version.State.STAGED)
    version: Version | None = document.current_version or kept.order_by("-number").first()
    return version
