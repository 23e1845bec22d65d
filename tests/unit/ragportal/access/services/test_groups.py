"""Groups: nested, in circles, of two sources."""

from ragportal.access.models import GroupMember
from ragportal.access.services import (
    add_group_member,
    lose_group_members,
    remove_group_member,
    store_groups,
)
from tests.factories.access import ADA, BEN, SOURCE, allowed, group, make_rule, members_of, stored, user


class TestGroups:
    def test_nested_groups_with_a_cycle(self, ada, ben):
        store_groups(
            source_id=SOURCE,
            groups=[
                members_of("inner", user(ADA), group("outer")),
                members_of("middle", group("inner")),
                members_of("outer", group("middle")),
            ],
        )
        rule = make_rule([group("outer")])
        assert allowed(ada) == {rule.pk}
        assert allowed(ben) == set()

    def test_membership_does_not_flow_downward(self, ada):
        store_groups(source_id=SOURCE, groups=[members_of("all", user(ADA), group("board"))])
        make_rule([group("board")])
        assert allowed(ada) == set()

    def test_leaving_a_group_counts_at_the_next_question(self, ada):
        rule = make_rule([group("team")])
        assert allowed(ada) == set()
        store_groups(source_id=SOURCE, groups=[members_of("team", user(ADA))])
        assert allowed(ada) == {rule.pk}
        store_groups(source_id=SOURCE, groups=[members_of("team", user(BEN))])
        assert allowed(ada) == set()

    def test_a_group_that_the_source_no_longer_names_is_empty(self, ada):
        rule = make_rule([group("team")])
        store_groups(source_id=SOURCE, groups=[members_of("team", user(ADA))])
        assert allowed(ada) == {rule.pk}
        store_groups(source_id=SOURCE, groups=[])
        assert allowed(ada) == set()

    def test_leaving_can_count_before_joining(self, ada, ben):
        rule = make_rule([group("team")])
        store_groups(source_id=SOURCE, groups=[members_of("team", user(ADA))])
        store_groups(source_id=8, groups=[members_of("team", user(ADA))])
        assert (allowed(ada), allowed(ben)) == ({rule.pk}, set())
        lose_group_members(source_id=SOURCE, groups=[members_of("team", user(BEN))])
        assert (allowed(ada), allowed(ben)) == (set(), set())
        assert GroupMember.objects.get().group.source_id == 8

    def test_equal_names_of_two_sources_are_two_groups(self, ada):
        store_groups(source_id=8, groups=[members_of("team", user(ADA))])
        make_rule([group("team")])
        assert allowed(ada) == set()

    def test_a_change_deep_in_the_nesting_reaches_a_cached_scope(self, ada):
        rule = make_rule([group("company")])
        store_groups(source_id=SOURCE, groups=[members_of("team", user(ADA))])
        assert allowed(ada) == set()
        add_group_member(group=stored(group("company")), member=stored(group("team")))
        assert allowed(ada) == {rule.pk}
        remove_group_member(group=stored(group("company")), member=stored(group("team")))
        assert allowed(ada) == set()
