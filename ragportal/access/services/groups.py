"""Groups and audiences of a source, and who is in them."""

from collections.abc import Iterable, Set
from datetime import datetime

from connectors.base import SourceGroup
from ragportal.access.changes import Kind, note_changes, take_turn
from ragportal.access.models import GroupMember, Principal
from ragportal.access.services.principals import principals_for
from ragportal.common.rows import tenant_transaction

Pair = tuple[tuple[str, str], tuple[str, str]]
"""A group and a member of it, each by kind and key."""


def lose_group_members(*, source_id: int, groups: Iterable[SourceGroup]) -> None:
    """End the memberships of the source's groups that `groups` does not name; nobody comes in."""
    named = {
        ((group.principal.kind, group.principal.key), (member.kind, member.key))
        for group in groups
        for member in group.members
    }
    with tenant_transaction():
        if _unnamed(source_id, named):
            take_turn()
            gone = _unnamed(source_id, named)
            GroupMember.objects.filter(pk__in=gone).delete()
            note_changes((Kind.PRINCIPAL, member) for member in set(gone.values()))


def store_groups(*, source_id: int, groups: Iterable[SourceGroup]) -> None:
    """Make the source's groups exactly these, in one transaction; groups it no longer names become empty.

    Memberships that stay keep their start and end.
    """
    listed = list(groups)
    named = {one for group in listed for one in (group.principal, *group.members)}
    with tenant_transaction():
        take_turn()
        rows = principals_for(source_id=source_id, principals=named)
        wanted = {(rows[group.principal].pk, rows[member].pk) for group in listed for member in group.members}
        stored = {
            (group, member): pk
            for pk, group, member in GroupMember.objects.filter(group__source_id=source_id).values_list(
                "pk", "group_id", "member_id"
            )
        }
        gone, new = stored.keys() - wanted, wanted - stored.keys()
        GroupMember.objects.filter(pk__in=[stored[pair] for pair in gone]).delete()
        GroupMember.objects.bulk_create(GroupMember(group_id=group, member_id=member) for group, member in new)
        note_changes((Kind.PRINCIPAL, member) for _, member in gone | new)


def add_group_member(*, group: Principal, member: Principal, valid_until: datetime | None = None) -> None:
    """The member is in the group from now on, until `valid_until` where given; a former end is replaced."""
    with tenant_transaction():
        take_turn()
        GroupMember.objects.update_or_create(group=group, member=member, defaults={"valid_until": valid_until})
        note_changes([(Kind.PRINCIPAL, member.pk)])


def remove_group_member(*, group: Principal, member: Principal) -> None:
    """The member is no longer directly in the group."""
    with tenant_transaction():
        take_turn()
        GroupMember.objects.filter(group=group, member=member).delete()
        note_changes([(Kind.PRINCIPAL, member.pk)])


def _unnamed(source_id: int, named: Set[Pair]) -> dict[int, int]:
    """Memberships of the source's groups that are not among `named`: the member by the id of the row."""
    stored = GroupMember.objects.filter(group__source_id=source_id).values_list(
        "pk", "member_id", "group__kind", "group__key", "member__kind", "member__key"
    )
    return {pk: member for pk, member, *names in stored if (tuple(names[:2]), tuple(names[2:])) not in named}
