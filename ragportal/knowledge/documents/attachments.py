"""Documents that came within another one, such as a mail's attachments: each is a document of its own.

Who may read one is never decided for it alone. The recheck reads the rule and the tombstone of its container, so that
an attachment is never shown to anybody who could not read the mail it came with, whatever its own row says; that
row follows with the index work, as the index is filtered by it.
"""

import hashlib
from collections.abc import Collection, Iterable, Iterator
from functools import partial

from django.db.models import F, OuterRef, QuerySet, Subquery
from django.utils import timezone

from connectors.base import LONGEST_ID, LONGEST_ID_BYTES, SourceDocument
from ragportal.knowledge.documents.change_log import What, log_changes
from ragportal.knowledge.models import Document, DocumentFailure
from ragportal.knowledge.parsing.document import Attachment

MARK = "//attached/"
"""Stands in the id of an attachment, after its container's; no source may use it in an id."""

MOST_NESTED = 3
"""How deep attachments of attachments are taken in."""

_LONGEST_NAME = 120

AttachedContent = tuple[str, str]
"""Id and content hash of an attachment."""


def container_of(external_id: str) -> str:
    """The id of the document that this one came within; of any other document its own id."""
    return external_id.partition(MARK)[0]


def attached_documents(within: SourceDocument, attachments: Iterable[Attachment]) -> Iterator[SourceDocument]:
    """The attachments as if the source had listed them; they take over what it said of their container."""
    for number, attachment in enumerate(attachments, start=1):
        ending = f"{MARK if MARK not in within.id else '/'}{number}/{attachment.name[:_LONGEST_NAME]}"
        external_id = within.id + ending
        if len(external_id) > LONGEST_ID or len(external_id.encode()) > LONGEST_ID_BYTES:
            continue
        yield SourceDocument(
            id=external_id,
            title=attachment.name or within.title,
            url=within.url,
            media_type=attachment.media_type,
            fingerprint=hashlib.sha256(attachment.body).hexdigest(),
            modified_at=within.modified_at,
            access=within.access,
            read=partial(bytes, attachment.body),
            author=within.author,
            status=within.status,
        )


def drop_lost_attachments(
    source_id: int, kept: dict[int, frozenset[AttachedContent]], *, published: Collection[int]
) -> None:
    """Hide the attachments that the new versions of these containers (by row) do not have in the same wording.

    Call it in the transaction that publishes the containers and, with them, the documents `published`; an attachment
    that was changed and is not among these comes again with a later batch.
    """
    shown = Document.objects.filter(container__in=kept, removed_at=None, current_version__isnull=False)
    shown = shown.exclude(pk__in=published)
    lost = [
        (number, external_id)
        for number, external_id, content_hash, container in shown.values_list(
            "pk", "external_id", "current_version__content_hash", "container_id"
        )
        if (external_id, content_hash) not in kept[container]
    ]
    if lost:
        Document.objects.filter(pk__in=[number for number, _ in lost]).update(removed_at=timezone.now())
        log_changes(source_id, What.REMOVED, lost)


def forget_failures_within(source_id: int, external_id: str) -> None:
    """Nothing is known any more of attachments of this document that could not be taken in."""
    DocumentFailure.objects.filter(source_id=source_id, external_id__startswith=f"{external_id}{MARK}").delete()


def rename_attachments(document: Document, new_id: str) -> None:
    """Give the attachments of a document that moves ids that begin with its new one."""
    for attached in Document.objects.filter(container=document).only("external_id"):
        attached.external_id = f"{new_id}{MARK}{attached.external_id.partition(MARK)[2]}"
        attached.save(update_fields=["external_id"])


def strayed_attachments() -> "QuerySet[Document]":
    """Attachments of the current tenant whose row does not say yet who may read their container."""
    strayed: QuerySet[Document] = Document.objects.filter(container__isnull=False).exclude(
        access_rule=F("container__access_rule")
    )
    return strayed


def follow_containers() -> None:
    """Bring the rows of attachments to the rule of their container, and remove those of removed ones.

    Call it in the transaction that gives up the containers: from then on these are taken in anew, attachments included.
    """
    container = Document.objects.filter(pk=OuterRef("container_id"))
    strayed = list(strayed_attachments().values_list("pk", flat=True))
    Document.objects.filter(pk__in=strayed).update(access_rule=Subquery(container.values("access_rule")[:1]))
    gone = Document.objects.filter(container__removed_at__isnull=False, removed_at=None)
    Document.objects.filter(pk__in=list(gone.values_list("pk", flat=True))).update(
        removed_at=Subquery(container.values("removed_at")[:1])
    )
