"""Putting a former text in the place of a bad one, until the source has another."""

from connectors.base import Connector, DocumentAccess
from ragportal.audit import services as audit
from ragportal.common.engines import the_embedder
from ragportal.common.errors import InvalidInput
from ragportal.common.tenancy import current_tenant_id
from ragportal.knowledge.documents.attachments import container_of
from ragportal.knowledge.documents.erased import erased_among
from ragportal.knowledge.documents.index_work import finish_index_work
from ragportal.knowledge.documents.stored_texts import StoredText, publish_stored
from ragportal.knowledge.models import Document, Source, Version
from ragportal.knowledge.sync.connectors import open_connector
from ragportal.knowledge.sync.group_members import GroupMembers
from ragportal.knowledge.troubles import explained_troubles
from ragportal.knowledge.work_lock import source_work, work_lock

UNCHANGED = "The document is as it was."


def rollback_document(*, document: Document, number: int | None = None, actor_id: int | None = None) -> Version:
    """Publish a former version of the document again: `number`, or the newest one with another content.

    Its readers are those whom the source names now. The source's present text is not taken in again before it
    changes there; going forward to that very text ends this. Returns the version that is published now. Raises
    InvalidInput where there is none, or the document is gone or erased; AlreadyRunning during a sync; Unavailable.
    """
    source = document.source
    with explained_troubles(UNCHANGED), work_lock(source_work(source.pk), f"A sync of {source.name}"):
        document.refresh_from_db()
        version = _former_version(document, number)
        connector = open_connector(source.kind, source.config)
        GroupMembers(source.pk, connector.groups)  # whoever left a group is out before the text is given to it
        access = _access_now(connector, document)
        pinned = document.pinned_content or _content_now(document)
        _record(source, document, version, actor_id)
        text = StoredText(version, access, rolled_back=True, pinned="" if version.content_hash == pinned else pinned)
        publish_stored(source, [text], the_embedder())
    with explained_troubles():
        finish_index_work(tenant=source.tenant)
    published: Version = Version.objects.get(document=document, state=Version.State.PUBLISHED)
    return published


def _former_version(document: Document, number: int | None) -> Version:
    if erased_among(document.source.pk, [document.external_id]):
        raise InvalidInput("This document was erased.", kept=UNCHANGED)
    if document.removed_at is not None or document.current_version is None:
        raise InvalidInput("This document is removed, so there is nothing to replace.", kept=UNCHANGED)
    kept = document.versions.filter(state__in=(Version.State.DROPPED, Version.State.RETIRED))
    others = kept.exclude(content_hash=document.current_version.content_hash)
    version: Version | None = (others if number is None else kept.filter(number=number)).order_by("-number").first()
    if version is None:
        numbers = ", ".join(str(known) for known in others.order_by("number").values_list("number", flat=True))
        raise InvalidInput(
            f"No version {number} of it is kept." if number else "No former version of it is kept.",
            kept=UNCHANGED,
            todo=f"Kept with another text: {numbers}." if numbers else "",
        )
    return version


def _access_now(connector: Connector, document: Document) -> DocumentAccess:
    access = connector.access(container_of(document.external_id))
    if access is None:
        raise InvalidInput("The source says that this document is gone.", kept=UNCHANGED, todo="Sync the source.")
    return access


def _content_now(document: Document) -> str:
    """The hash of the content that the source has, as far as it was taken in."""
    return document.current_version.content_hash if document.current_version else ""


def _record(source: Source, document: Document, version: Version, actor_id: int | None) -> None:
    audit.record(
        tenant_id=current_tenant_id(),
        action="document.rolled_back",
        actor_id=actor_id,
        subjects={"source": source.pk, "documents": [document.pk], "versions": [version.pk]},
        decision="begun",
    )
