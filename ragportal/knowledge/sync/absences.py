"""After a listing: which documents moved to another id, and which are gone.

That a document was not named is a hint, never a proof: the source is asked for each one, and a number that looks
like an accident waits for an administrator.
"""

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from django.db.models import F, QuerySet

from connectors.base import SourceDocument, SourceError
from ragportal.access.services import rule_for
from ragportal.knowledge.documents.asked_access import ReadAccess
from ragportal.knowledge.documents.attachments import rename_attachments
from ragportal.knowledge.documents.change_log import What, log_changes
from ragportal.knowledge.documents.failures import Failure
from ragportal.knowledge.documents.listed import narrow_failed
from ragportal.knowledge.documents.removal import remove_documents
from ragportal.knowledge.documents.rules import narrow
from ragportal.knowledge.models import Document, Source, Version
from ragportal.knowledge.work_lock import source_transaction

BRAKE_SHARE = 0.20
BRAKE_AT_LEAST = 20
BRAKE_ABOVE = 1000
ASKED_AT_ONCE = REMOVED_AT_ONCE = 100


@dataclass(frozen=True, slots=True)
class Deletions:
    """What became of absent documents: `held` wait for an administrator, `failures` could not be confirmed."""

    deleted: int
    held: int
    failures: tuple[Failure, ...] = ()


def shown_documents(source: Source) -> "QuerySet[Document]":
    """Documents of the source that can be found; what came within one of them goes where it goes."""
    shown: QuerySet[Document] = source.documents.filter(container=None, removed_at=None, current_version__isnull=False)
    return shown


def absent_documents(source: Source) -> "QuerySet[Document]":
    """Documents that can be found, and that the listing under way has not named (yet)."""
    return shown_documents(source).exclude(seen_in_listing=source.listing)


def absent_content(source: Source, content_hash: str) -> "QuerySet[Version]":
    """Published versions of this content whose documents are absent; it begins with the few rows of the content."""
    published = Version.objects.filter(content_hash=content_hash, document__source=source, document__removed_at=None)
    absent: QuerySet[Version] = published.filter(document__current_version=F("pk")).exclude(
        document__seen_in_listing=source.listing
    )
    return absent


def move_documents(source: Source, appeared: Sequence[tuple[str, SourceDocument]], read_access: ReadAccess) -> int:
    """Give documents their new id where exactly one absent and one appeared document have the same content.

    `appeared`: (content hash, document). The row, its version and its chunks stay; readers whom the new id does not
    let in are lost with the move, everything else follows when the document is taken in. Returns how many moved.
    """
    by_hash = {content_hash: change for content_hash, change in appeared}
    times = Counter(content_hash for content_hash, _ in appeared)
    pairs = list(_absent_with(source, list(by_hash)))
    times_absent = Counter(content_hash for *_, content_hash in pairs)
    moved = 0
    for document_id, external_id, content_hash in pairs:
        if times[content_hash] == times_absent[content_hash] == 1 and _is_gone(external_id, read_access):
            moved += _move(source, document_id, by_hash[content_hash].id, read_access)
    return moved


def _absent_with(source: Source, hashes: Sequence[str]) -> Iterator[tuple[int, str, str]]:
    """(number, id, content hash) of absent documents with one of these contents."""
    for start in range(0, len(hashes), ASKED_AT_ONCE):
        absent = absent_documents(source).filter(
            current_version__content_hash__in=hashes[start : start + ASKED_AT_ONCE]
        )
        yield from absent.values_list("pk", "external_id", "current_version__content_hash")


def _move(source: Source, document_id: int, new_id: str, read_access: ReadAccess) -> bool:
    """False where nobody can tell who may read the document under its new id: it is then taken in as a new one."""
    try:
        access = read_access(new_id)
    except SourceError:
        return False
    if access is None:
        return False
    with source_transaction(source.pk):
        document = Document.objects.select_related("access_rule").get(pk=document_id)
        narrow(document, rule_for(source_id=source.pk, access=access))
        document.external_id = new_id
        document.seen_in_listing = source.listing
        document.save(update_fields=["external_id", "seen_in_listing", "access_rule"])
        rename_attachments(document, new_id)
        log_changes(source.pk, What.MOVED, [(document.pk, new_id)])
    return True


def delete_absent(
    source: Source, read_access: ReadAccess, *, listing_was_complete: bool, confirmed_by_person: bool
) -> Deletions:
    """Remove the absent documents that the source confirms to be gone, unless the brake holds them.

    The others lose the readers whom the source lets in no more. After an incomplete listing many documents are
    absent that are merely behind an obstacle, so the brake counts those that are confirmed to be gone.
    """
    shown, absent = shown_documents(source).count(), absent_documents(source).count()
    if listing_was_complete and not confirmed_by_person and is_held(absent, shown):
        return Deletions(deleted=0, held=absent)
    gone: list[str] = []
    failures: list[Failure] = []
    for external_id in _absent_ids(source):
        try:
            access = read_access(external_id)
        except SourceError as error:
            failures.append(Failure(external_id, f"Whether it is gone could not be told: {error}", error.permanent))
            continue
        if access is None:
            gone.append(external_id)
        else:
            narrow_failed(source.pk, external_id, access)
    if not confirmed_by_person and is_held(len(gone), shown):
        return Deletions(deleted=0, held=len(gone), failures=tuple(failures))
    batches = (gone[start : start + REMOVED_AT_ONCE] for start in range(0, len(gone), REMOVED_AT_ONCE))
    deleted = sum(remove_documents(source_id=source.pk, external_ids=ids) for ids in batches)
    return Deletions(deleted, held=0, failures=tuple(failures))


def is_held(absent: int, shown: int) -> bool:
    """The brake: more than 20 % and at least 20 documents, or more than 1,000."""
    return absent > BRAKE_ABOVE or (absent >= BRAKE_AT_LEAST and absent > BRAKE_SHARE * shown)


def _is_gone(external_id: str, read_access: ReadAccess) -> bool:
    try:
        return read_access(external_id) is None
    except SourceError:
        return False  # not proven: it stays, and deleting it is tried in its turn


def _absent_ids(source: Source) -> Iterator[str]:
    last = 0
    ordered = absent_documents(source).order_by("pk").values_list("pk", "external_id")
    while rows := list(ordered.filter(pk__gt=last)[:ASKED_AT_ONCE]):
        yield from (external_id for _, external_id in rows)
        last = rows[-1][0]
