"""Who is in which group of a source while a sync runs: a loss counts at once, a gain when every document was looked at.

Else a person who joins a group would meet documents that the group lost before, and one who left it would meet a
text that the group was given after.
"""

from collections.abc import Callable, Iterable

from connectors.base import SourceGroup, SourcePrincipal
from ragportal.access.services import lose_group_members, store_groups
from ragportal.knowledge.work_lock import source_transaction

Members = dict[SourcePrincipal, frozenset[SourcePrincipal]]


class GroupMembers:
    """The groups of a source during one run. `read`: the connector's; its SourceError goes through."""

    def __init__(self, source_id: int, read: Callable[[], Iterable[SourceGroup]]) -> None:
        self._source_id = source_id
        self._read = read
        self._last = self._lasting = self._lost(self._read_members())

    def lose(self) -> None:
        """Read the groups anew and let those out who left. Call it before anything is given to a group."""
        members = self._read_members()
        if members != self._last:
            self._last = self._lost(members)
            self._lasting = {group: before & members.get(group, frozenset()) for group, before in self._lasting.items()}

    def let_in(self) -> None:
        """Whoever was in a group at each reading of this run is in it from now on."""
        self.lose()
        with source_transaction(self._source_id):
            store_groups(source_id=self._source_id, groups=_groups(self._lasting))

    def _read_members(self) -> Members:
        return {group.principal: group.members for group in self._read()}

    def _lost(self, members: Members) -> Members:
        lose_group_members(source_id=self._source_id, groups=_groups(members))
        return members


def _groups(members: Members) -> list[SourceGroup]:
    return [SourceGroup(principal, some) for principal, some in members.items()]
