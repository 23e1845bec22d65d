"""Meeting a batch of listed documents: what is known about them, and what their access is from now on.

Nothing is read here. Documents with an equal fingerprint are settled at once; the text of the others stays
under the old and the new readers together until it is known.
"""

from collections import defaultdict
from collections.abc import Collection, Sequence
from dataclasses import dataclass

from connectors.base import DocumentAccess, SourceDocument
from ragportal.access.models import AccessRule
from ragportal.knowledge.documents.change_log import Changed, What, log_changes
from ragportal.knowledge.documents.description import (
    LISTED_FIELDS,
    KnownText,
    describe,
    known_text,
    needs_no_reading,
    with_published,
)
from ragportal.knowledge.documents.erased import erased_among
from ragportal.knowledge.documents.failures import attempt_of, renew_failures, resolve_failures, still_failing
from ragportal.knowledge.documents.rules import RuleLookup, narrow
from ragportal.knowledge.models import Document
from ragportal.knowledge.work_lock import source_transaction

RENEWED_FIELDS = (*LISTED_FIELDS, "access_rule")


@dataclass(frozen=True, slots=True)
class Met:
    """The outcome for a batch. `to_read`: documents, each with what is published of it; `settled`: how many need no
    reading; `failing`: how many failed for good and did not change since; `access_changed`: how many came under another
    rule; `unknown`: ids that had no row before."""

    to_read: tuple[tuple[SourceDocument, KnownText | None], ...]
    settled: int
    failing: int
    access_changed: int
    unknown: frozenset[str]


def meet(
    source_id: int, listing: int, recipe: str, batch: Sequence[SourceDocument], *, retry_failures: bool = False
) -> Met:
    """Settle the unchanged documents of a batch and narrow the access of the others, in one transaction.

    What was erased is not taken in. What failed for good is not tried again before it changes, unless `retry_failures`.
    """
    rules = RuleLookup(source_id)
    to_read: list[tuple[SourceDocument, KnownText | None]] = []
    renewed = _Renewed(source_id)
    with source_transaction(source_id):
        erased = erased_among(source_id, [change.id for change in batch])
        ids = [change.id for change in batch if change.id not in erased]
        stored = _stored(source_id, ids)
        for change in (change for change in batch if change.id not in erased):
            document = stored.get(change.id)
            known = known_text(document) if document else None
            if document is None or known is None:
                to_read.append((change, None))
                continue
            rule = rules.rule(change.access)
            if needs_no_reading(known, document, change, recipe):
                renewed.renew(document, change, listing, known, rule)
            else:
                to_read.append((change, known))
                renewed.narrow(document, rule)
        tried = {} if retry_failures else {change.id: attempt_of(change, recipe) for change, _ in to_read}
        failing = still_failing(source_id, tried)
        waiting = {change.id for change, _ in to_read}
        mark_seen(source_id, listing, ids)
        renew_failures(source_id, failing)
        resolve_failures(source_id, [external_id for external_id in ids if external_id not in waiting])
        renewed.finish()
    return Met(
        to_read=tuple(one for one in to_read if one[0].id not in failing),
        settled=len(batch) - len(to_read),
        failing=len(failing),
        access_changed=renewed.other_rule,
        unknown=frozenset(waiting - stored.keys()),
    )


def settle(source_id: int, listing: int, batch: Sequence[SourceDocument]) -> None:
    """These documents were read and their published text is still theirs: only listing and access are renewed."""
    rules = RuleLookup(source_id)
    renewed = _Renewed(source_id)
    with source_transaction(source_id):
        stored = _stored(source_id, [change.id for change in batch])
        for change in batch:
            document = stored[change.id]
            known = known_text(document)
            if known is not None:
                renewed.renew(document, change, listing, known, rules.rule(change.access))
        resolve_failures(source_id, [change.id for change in batch])
        renewed.finish()


class _Renewed:
    """Rows of one batch that are brought to what the listing says, and what of it belongs into the change log.

    `other_rule`: how many documents that were found came under another rule, or will when their new text is known.
    """

    def __init__(self, source_id: int) -> None:
        self.other_rule = 0
        self._source_id = source_id
        self._restored: list[Changed] = []
        self._access: list[Changed] = []
        self._other_rules: dict[int, list[int]] = defaultdict(list)

    def renew(
        self, document: Document, change: SourceDocument, listing: int, known: KnownText, rule: AccessRule
    ) -> None:
        """The text stays, everything else is as listed."""
        was_removed, former = document.removed_at is not None, document.access_rule_id
        self.other_rule += not was_removed and former != rule.pk
        if describe(document, change, listing, known.stated):
            document.access_rule = rule
            document.save(update_fields=RENEWED_FIELDS)
        elif former != rule.pk:
            self._other_rules[rule.pk].append(document.pk)
        if was_removed:
            self._restored.append((document.pk, document.external_id))
        elif former != rule.pk:
            self._access.append((document.pk, document.external_id))

    def narrow(self, document: Document, rule: AccessRule) -> None:
        """The text may be another one: until that is known, its readers are those of both rules."""
        self.other_rule += document.removed_at is None and document.access_rule_id != rule.pk
        if narrow(document, rule):
            document.save(update_fields=["access_rule"])
            self._access.append((document.pk, document.external_id))

    def finish(self) -> None:
        """Store what is the same for many documents, and the change log."""
        for rule, documents in self._other_rules.items():
            Document.objects.filter(pk__in=documents).update(access_rule=rule)
        log_changes(self._source_id, What.RESTORED, self._restored)
        log_changes(self._source_id, What.ACCESS, self._access)


def narrow_failed(source_id: int, external_id: str, access: DocumentAccess) -> None:
    """A document that cannot be taken in now keeps its text, but for nobody whom the source lets in no more."""
    renewed = _Renewed(source_id)
    with source_transaction(source_id):
        document = _stored(source_id, [external_id]).get(external_id)
        if document is not None:
            renewed.narrow(document, RuleLookup(source_id).rule(access))
            renewed.finish()


def keep_out(source_id: int, external_id: str) -> None:
    """While nobody can tell who may read a document, nobody does; the next listing that can tell lets them in again."""
    narrow_failed(source_id, external_id, DocumentAccess(()))


def mark_seen(source_id: int, listing: int, external_ids: Collection[str]) -> None:
    """The listing under way named these documents, so they are not absent."""
    Document.objects.filter(source_id=source_id, external_id__in=external_ids).update(seen_in_listing=listing)


def _stored(source_id: int, external_ids: Collection[str]) -> dict[str, Document]:
    """As they are now, and until the transaction ends: the index work may be giving up what was removed."""
    rows = with_published(Document.objects.filter(source_id=source_id, external_id__in=external_ids))
    locked = rows.select_for_update(of=("self",)).order_by("pk")
    return {document.external_id: document for document in locked}
