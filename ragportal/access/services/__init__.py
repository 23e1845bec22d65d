"""Every write of the access model. Each notes what it changed under a rising number, in the same transaction."""

from ragportal.access.services.groups import add_group_member, lose_group_members, remove_group_member, store_groups
from ragportal.access.services.people import link_people, link_person, map_audience_to_members
from ragportal.access.services.policies import add_policy, remove_policy, set_policy_enabled
from ragportal.access.services.principals import principals_for
from ragportal.access.services.reader_sets import grant, reader_set_for, revoke
from ragportal.access.services.rules import narrowed_rule, rule_for
from ragportal.access.services.sources import note_access_as_of

__all__ = [
    "add_group_member",
    "add_policy",
    "grant",
    "link_people",
    "link_person",
    "lose_group_members",
    "map_audience_to_members",
    "narrowed_rule",
    "note_access_as_of",
    "principals_for",
    "reader_set_for",
    "remove_group_member",
    "remove_policy",
    "revoke",
    "rule_for",
    "set_policy_enabled",
    "store_groups",
]
