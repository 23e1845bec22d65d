"""What the index still has to learn from the database: documents under another rule, versions to drop.

All of it is found in rows, so it may run at any time, be broken off anywhere and be run again. While a
document's `indexed_rule_id` is None, nobody claims to know what the index believes; only the holder
of the tenant's lock for index work fills it in, so no late write of another process is taken for the last one.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator
from functools import partial

from django.db.models import F, Q, QuerySet

from integrations.index.base import IndexBatch
from ragportal.common.engines import the_index
from ragportal.common.rows import locked_ids, tenant_transaction
from ragportal.common.tenancy import use_tenant
from ragportal.knowledge.documents.attachments import follow_containers, strayed_attachments
from ragportal.knowledge.documents.index_writing import patiently
from ragportal.knowledge.documents.removal import retire_removed
from ragportal.knowledge.models import Document, Version
from ragportal.knowledge.troubles import explained_troubles
from ragportal.knowledge.work_lock import INDEX_WORK, held_fences, work_lock
from ragportal.tenants.models import Tenant

BATCH = 1000


def finish_index_work(*, tenant: Tenant) -> int:
    """Bring the index to what the database says; returns how many documents and versions were behind.

    Raises Unavailable (also where somebody else is at it); what is left stays in the rows for the next call.
    """
    with use_tenant(tenant.pk), explained_troubles(), work_lock(INDEX_WORK, "Work on the index"):
        with tenant_transaction():
            follow_containers()
            retire_removed()
        return _set_rules() + _drop_retired()


def documents_behind() -> "QuerySet[Document]":
    """Documents of the current tenant that the index has under another rule than the database."""
    differs = Q(indexed_rule_id=None) | ~Q(indexed_rule_id=F("access_rule_id"))
    behind: QuerySet[Document] = Document.objects.filter(differs, removed_at=None, current_version__isnull=False)
    return behind


def index_is_behind() -> bool:
    """True where `finish_index_work` has something to do for the current tenant."""
    removed = Document.objects.filter(removed_at__isnull=False, current_version__isnull=False)
    retired = Version.objects.filter(state=Version.State.RETIRED)
    return any(rows.exists() for rows in (documents_behind(), strayed_attachments(), removed, retired))


def note_rules(pairs: Iterable[tuple[int, int]]) -> None:
    """The index has these documents under these rules; nothing is noted of a document that moved on meanwhile."""
    by_rule: dict[int, list[int]] = defaultdict(list)
    for document, rule in pairs:
        by_rule[rule].append(document)
    with tenant_transaction():
        locked_ids(Document.objects.filter(pk__in=[document for some in by_rule.values() for document in some]))
        for rule, documents in by_rule.items():
            unmoved = Document.objects.filter(pk__in=documents, access_rule_id=rule, indexed_rule_id=None)
            unmoved.update(indexed_rule_id=rule)


def _set_rules() -> int:
    count = 0
    with tenant_transaction():
        locked_ids(documents_behind())
        documents_behind().update(indexed_rule_id=None)
    for pairs in _unknown():
        patiently(partial(the_index().set_rules, pairs, held_fences()))
        note_rules(pairs)
        count += len(pairs)
    return count


def _unknown() -> Iterator[list[tuple[int, int]]]:
    """Pairs (document, rule) to tell the index, in batches; a document that moves meanwhile waits for the next call."""
    last = 0
    while True:
        rows = Document.objects.filter(
            pk__gt=last, indexed_rule_id=None, removed_at=None, current_version__isnull=False
        ).order_by("pk")
        pairs = list(rows.values_list("pk", "access_rule_id")[:BATCH])
        if not pairs:
            return
        yield pairs
        last = pairs[-1][0]


def _drop_retired() -> int:
    count = 0
    while retired := _some_retired():
        patiently(partial(the_index().write, IndexBatch(drop_versions=retired, fences=held_fences())))
        with tenant_transaction():
            locked_ids(Version.objects.filter(pk__in=retired))
            Version.objects.filter(pk__in=retired, state=Version.State.RETIRED).update(state=Version.State.DROPPED)
        count += len(retired)
    return count


def _some_retired() -> tuple[int, ...]:
    return tuple(Version.objects.filter(state=Version.State.RETIRED).values_list("pk", flat=True)[:BATCH])
