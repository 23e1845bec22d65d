"""Reader sets and the principals in them."""

from collections.abc import Set
from datetime import datetime

from connectors.base import ReaderSet as SourceReaderSet
from ragportal.access.changes import Kind, note_changes, take_turn
from ragportal.access.models import Grant, Principal, ReaderSet
from ragportal.access.services.principals import principals_for
from ragportal.common.rows import tenant_transaction


def reader_set_for(*, source_id: int, readers: SourceReaderSet) -> ReaderSet:
    """The row of a reader set, holding exactly its principals.

    A set named by its principals is filled once. A container's set is brought to what the source says now:
    one changed row changes the access of every document under it.
    """
    with tenant_transaction():
        row, made = _row(source_id, readers.name(source_id))
        if made or readers.container is not None:
            principals = principals_for(source_id=source_id, principals=readers.principals)
            _replace_grants(row, {principal.pk for principal in principals.values()})
    return row


def grant(*, reader_set: ReaderSet, principal: Principal, valid_until: datetime | None = None) -> None:
    """Add a principal to a reader set, until `valid_until` where given; a former end is replaced."""
    with tenant_transaction():
        take_turn()
        Grant.objects.update_or_create(
            reader_set=reader_set, principal=principal, defaults={"valid_until": valid_until}
        )
        note_changes([(Kind.READER_SET, reader_set.pk)])


def revoke(*, reader_set: ReaderSet, principal: Principal) -> None:
    """Take a principal out of a reader set: the next question of everybody it let in sees it."""
    with tenant_transaction():
        take_turn()
        Grant.objects.filter(reader_set=reader_set, principal=principal).delete()
        note_changes([(Kind.READER_SET, reader_set.pk)])


def _row(source_id: int, name: str) -> tuple[ReaderSet, bool]:
    """The set of this name, and whether it was made just now, without anybody in it."""
    row = ReaderSet.objects.filter(name=name).first()
    if row is not None:
        return row, False
    take_turn()
    return ReaderSet.objects.get_or_create(name=name, defaults={"source_id": source_id})


def _replace_grants(row: ReaderSet, wanted: Set[int]) -> None:
    if wanted == _granted(row):
        return
    take_turn()
    stored = _granted(row)
    gone, new = stored - wanted, wanted - stored
    row.grants.filter(principal_id__in=gone).delete()
    Grant.objects.bulk_create(Grant(reader_set=row, principal_id=principal) for principal in new)
    note_changes([(Kind.READER_SET, row.pk)])


def _granted(row: ReaderSet) -> set[int]:
    return set(row.grants.values_list("principal_id", flat=True))
