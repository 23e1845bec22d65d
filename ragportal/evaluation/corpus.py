"""A data set's documents, taken in as any source's are: parsed, chunked, embedded, under an access rule, indexed."""

from collections.abc import Callable, Iterable
from datetime import UTC, datetime

from connectors.base import DocumentAccess, ReaderSet, SourceDocument, SourcePrincipal
from ragportal.access.services import principals_for
from ragportal.common.engines import the_embedder
from ragportal.common.errors import Unavailable
from ragportal.evaluation.beir import BeirDocument
from ragportal.evaluation.throwaway import ASKER_EMAIL
from ragportal.knowledge.documents.embedding import background_embedder
from ragportal.knowledge.documents.intake import Intake, IntakeSource
from ragportal.knowledge.models import Document, DocumentFailure, Source
from ragportal.knowledge.work_lock import source_work, work_lock

_MODIFIED = datetime(2020, 1, 1, tzinfo=UTC)  # the same for all: no document is the newer one
_READERS = ReaderSet(frozenset({SourcePrincipal("user", ASKER_EMAIL, email=ASKER_EMAIL)}))
_ACCESS = DocumentAccess(reader_sets=(_READERS,))


def take_in(documents: Iterable[BeirDocument], progress: Callable[[int], None]) -> dict[int, str]:
    """Make the documents findable for the company's employee; returns the data set's id of each by document id.

    `progress` is told how many are handed in. A document without any text is left out, as in every source.
    Raises Unavailable naming the first reason if another one could not be taken in.
    """
    source = Source.objects.create(name="evaluation", kind="evaluation")
    principals_for(source_id=source.pk, principals=_READERS.principals)
    port = IntakeSource(
        id=source.pk, listing=1, access=lambda _: _ACCESS, lose_members=_no_groups, may_have_moved=lambda _: False
    )
    embedder = the_embedder()
    lock = work_lock(source_work(source.pk), "The evaluation")
    with lock, background_embedder(embedder) as background:
        intake = Intake(port, embedder, background)
        for count, document in enumerate(filter(_has_text, documents), start=1):
            intake.take(_listed(document))
            progress(count)
        intake.finish()
    failure = DocumentFailure.objects.first()
    if failure is not None:
        raise Unavailable(f"{DocumentFailure.objects.count()} documents could not be taken in; the first: {failure}")
    return dict(Document.objects.values_list("pk", "external_id"))


def _no_groups() -> None:
    """A data set has no groups that anybody could leave."""


def _has_text(document: BeirDocument) -> bool:
    return bool(document.title.strip() or document.text.strip())


def _listed(document: BeirDocument) -> SourceDocument:
    body = (document.text if document.text.strip() else document.title).encode()
    return SourceDocument(
        id=document.id,
        title=document.title,
        url="",
        media_type="text/plain",
        fingerprint="1",
        modified_at=_MODIFIED,
        access=_ACCESS,
        read=lambda: body,
    )
