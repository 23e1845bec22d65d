"""Erasing a document for good: out of every store, never to come back.

The steps may be broken off anywhere and be repeated: first it is hidden and marked as erased, then it leaves the index,
and only then, with the last thing that could name it, the rows.
"""

from collections.abc import Mapping, Sequence
from functools import partial

from django.db import connection
from django.db.models import Q
from django.utils import timezone

from integrations.index.base import IndexBatch
from ragportal.audit import services as audit
from ragportal.common.engines import the_index
from ragportal.common.errors import NotFound, Unavailable
from ragportal.common.models import WorkItem
from ragportal.common.tenancy import current_tenant_id
from ragportal.knowledge.documents.attachments import MARK, forget_failures_within
from ragportal.knowledge.documents.erased import erased_digest
from ragportal.knowledge.documents.index_writing import patiently
from ragportal.knowledge.models import (
    Document,
    DocumentChange,
    DocumentFailure,
    ErasedDocument,
    Source,
    SyncRun,
    Version,
)
from ragportal.knowledge.troubles import explained_troubles
from ragportal.knowledge.work_lock import held_fences, source_transaction, source_work, work_lock

STORES: Mapping[str, str] = {
    "the index": "dropped by document, and verified to be absent",
    "knowledge.Document": "the row with id, title, address and author",
    "knowledge.Version": "every version with its text and blocks",
    "knowledge.Chunk": "every passage, with its version",
    "knowledge.DocumentFailure": "the row of its id",
    "knowledge.DocumentChange": "its history, which names its id",
    "knowledge.SyncRun": "an error that names its id loses its words",
    "common.WorkItem": "a reason that names its id loses its words",
}
"""Everywhere a document's text, title or id at the source is kept, and how `erase_document` takes it out."""

ERASED_WORDS = "These words named a document that was erased."


def erase_document(*, source: Source, external_id: str, actor_id: int | None = None) -> None:
    """Erase the document of this id from every store, for good: no sync, rollback, restore or reindex brings it back.

    What came within it is erased with it.

    Only a salted digest of the id stays, with who erased it and when. What was erased already is finished. Raises
    NotFound for an id of which nothing is known; AlreadyRunning during a sync; Unavailable: the document is hidden
    then, and calling again finishes it.
    """
    lock = work_lock(source_work(source.pk), f"A sync of {source.name}")
    with explained_troubles("The document is hidden; erase it again to finish."), lock:
        document: Document | None = Document.objects.filter(source=source, external_id=external_id).first()
        _mark(source, external_id, document, actor_id)
        attached = list(Document.objects.filter(container=document)) if document else []
        if document is not None:
            _drop_from_index([document, *attached])
        for one in attached:
            _delete_rows(source, one.external_id, one)
        _delete_rows(source, external_id, document)


def is_known(source: Source, external_id: str) -> bool:
    """Whether anything is stored under this id."""
    rows = (Document.objects, DocumentFailure.objects, DocumentChange.objects)
    return any(manager.filter(source=source, external_id=external_id).exists() for manager in rows)


def _mark(source: Source, external_id: str, document: Document | None, actor_id: int | None) -> None:
    """Hidden at once and kept out from now on, if that stands on the audit trail."""
    digest = erased_digest(source, external_id)
    was_erased = ErasedDocument.objects.filter(source=source, digest=digest).exists()
    if not was_erased and not is_known(source, external_id):
        raise NotFound(f"Nothing is known of {external_id!r} in {source.name}.", kept="Nothing was erased.")
    with source_transaction(source.pk):
        if document is not None:
            Document.objects.filter(pk=document.pk, removed_at=None).update(removed_at=timezone.now())
        if not was_erased:
            ErasedDocument.objects.create(source=source, digest=digest, erased_by_id=actor_id)
            audit.record(
                tenant_id=current_tenant_id(),
                action="document.erased",
                actor_id=actor_id,
                subjects={"source": source.pk, "documents": [document.pk] if document else []},
                decision="begun",
            )


def _drop_from_index(documents: Sequence[Document]) -> None:
    index = the_index()
    numbers = tuple(document.pk for document in documents)
    patiently(partial(index.write, IndexBatch(drop_documents=numbers, fences=held_fences())))
    shown = Document.objects.filter(removed_at=None, current_version__isnull=False).exclude(pk__in=numbers)
    differences = index.verify(shown.values_list("pk", "current_version_id", "access_rule_id"))
    if any(f"document {number} " in sentence for number in numbers for sentence in differences):
        raise Unavailable("The index still holds the document.", kept="It is hidden.", todo="Run `manage.py reindex`.")


def _delete_rows(source: Source, external_id: str, document: Document | None) -> None:
    with source_transaction(source.pk):
        if connection.vendor == "sqlite":
            connection.cursor().execute("PRAGMA secure_delete = ON")  # freed pages are overwritten
        DocumentFailure.objects.filter(source=source, external_id=external_id).delete()
        forget_failures_within(source.pk, external_id)
        SyncRun.objects.filter(source=source, error__contains=external_id).update(error=ERASED_WORDS)
        WorkItem.objects.filter(reason__contains=external_id).update(reason=ERASED_WORDS)
        within = f"{external_id}{MARK}"
        named = Q(external_id=external_id) | Q(external_id__startswith=within)
        DocumentChange.objects.filter(named, source=source).delete()
        if document is not None:
            DocumentChange.objects.filter(source=source, document_id=document.pk).delete()
            Document.objects.filter(pk=document.pk).update(current_version=None, indexed_rule_id=None)
            Version.objects.filter(document=document).delete()
            document.delete()
