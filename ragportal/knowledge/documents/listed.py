"""Meeting a batch of listed documents: what is known about them, and what their access is from now on.

Nothing is read here. Documents with an equal fingerprint are settled at once; the text of the others stays
under the old and the new readers together until it is known.
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass

from connectors.base import DocumentAccess, SourceDocument
from ragportal.access.models import AccessRule
from ragportal.knowledge.documents.description import (
    LISTED_FIELDS,
    KnownText,
    describe,
    fingerprint_of,
    is_same,
    known_text,
    with_published,
)
from ragportal.knowledge.documents.failures import resolve_failures
from ragportal.knowledge.documents.rules import RuleLookup, narrow
from ragportal.knowledge.models import Document
from ragportal.knowledge.work_lock import source_transaction

RENEWED_FIELDS = (*LISTED_FIELDS, "access_rule")


@dataclass(frozen=True, slots=True)
class Met:
    """The outcome for a batch. `to_read`: documents, each with what is published of it; `settled`: how many need no
    reading; `access_changed`: how many came under another rule; `unknown`: ids that had no row before."""

    to_read: tuple[tuple[SourceDocument, KnownText | None], ...]
    settled: int
    access_changed: int
    unknown: frozenset[str]


def meet(source_id: int, listing: int, recipe: str, batch: Sequence[SourceDocument]) -> Met:
    """Settle the unchanged documents of a batch and narrow the access of the others, in one transaction."""
    rules = RuleLookup(source_id)
    to_read: list[tuple[SourceDocument, KnownText | None]] = []
    access_changed = 0
    with source_transaction(source_id):
        stored = _stored(source_id, [change.id for change in batch])
        for change in batch:
            document = stored.get(change.id)
            known = known_text(document) if document else None
            if document is None or known is None:
                to_read.append((change, None))
                continue
            rule = rules.rule(change.access)
            access_changed += document.removed_at is None and document.access_rule_id != rule.pk
            if document.fingerprint != fingerprint_of(change) or not is_same(known, change, known.content_hash, recipe):
                to_read.append((change, known))
                news = narrow(document, rule)
            else:
                news = _renew(document, change, listing, known, rule)
            if news:
                document.save(update_fields=RENEWED_FIELDS)
        waiting = {change.id for change, _ in to_read}
        mark_seen(source_id, listing, [change.id for change in batch])
        resolve_failures(source_id, [change.id for change in batch if change.id not in waiting])
    return Met(tuple(to_read), len(batch) - len(to_read), access_changed, frozenset(waiting - stored.keys()))


def settle(source_id: int, listing: int, batch: Sequence[SourceDocument]) -> None:
    """These documents were read and their published text is still theirs: only listing and access are renewed."""
    rules = RuleLookup(source_id)
    with source_transaction(source_id):
        stored = _stored(source_id, [change.id for change in batch])
        for change in batch:
            document = stored[change.id]
            known = known_text(document)
            if known is not None and _renew(document, change, listing, known, rules.rule(change.access)):
                document.save(update_fields=RENEWED_FIELDS)
        resolve_failures(source_id, [change.id for change in batch])


def _renew(document: Document, change: SourceDocument, listing: int, known: KnownText, rule: AccessRule) -> bool:
    """Bring a document whose text stays to what the listing says; True if anything changed."""
    news = describe(document, change, listing, known.stated) or document.access_rule_id != rule.pk
    document.access_rule = rule
    return news


def narrow_failed(source_id: int, external_id: str, access: DocumentAccess) -> None:
    """A document that cannot be taken in now keeps its text, but for nobody whom the source lets in no more."""
    with source_transaction(source_id):
        document = _stored(source_id, [external_id]).get(external_id)
        if document is not None and narrow(document, RuleLookup(source_id).rule(access)):
            document.save(update_fields=["access_rule"])


def keep_out(source_id: int, external_id: str) -> None:
    """While nobody can tell who may read a document, nobody does; the next listing that can tell lets them in again."""
    narrow_failed(source_id, external_id, DocumentAccess(()))


def mark_seen(source_id: int, listing: int, external_ids: Collection[str]) -> None:
    """The listing under way named these documents, so they are not absent."""
    Document.objects.filter(source_id=source_id, external_id__in=external_ids).update(seen_in_listing=listing)


def _stored(source_id: int, external_ids: Collection[str]) -> dict[str, Document]:
    rows = with_published(Document.objects.filter(source_id=source_id, external_id__in=external_ids))
    return {document.external_id: document for document in rows.select_related("access_rule")}
