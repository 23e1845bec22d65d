"""What an asker may search, in the words of the access model."""

from datetime import UTC, datetime, timedelta

import pytest
import time_machine

from connectors.base import SourcePrincipal
from ragportal.access.asker import Asker, Situation
from ragportal.access.models import Channel, IdentityLink, Principal, ReaderSet
from ragportal.access.scope import scope_for
from ragportal.access.selectors import asker_of
from ragportal.access.services import (
    add_group_member,
    add_policy,
    grant,
    link_people,
    link_person,
    map_audience_to_members,
    principals_for,
    remove_group_member,
    revoke,
    store_groups,
    unlink_person,
)
from ragportal.common.tenancy import use_tenant
from ragportal.tenants.models import Department, Membership, Role, Tenant
from tests.factories.access import SOURCE, WEB, allowed, group, make_rule, members_of, readers, user
from tests.factories.people import make_department, make_member, make_tenant

ADA, BEN = "ada@harbour.example", "ben@harbour.example"
MIDNIGHT = datetime(2026, 3, 3, tzinfo=UTC)


@pytest.fixture
def hr(tenant: Tenant) -> Department:
    return make_department("hr")


@pytest.fixture
def membership(hr: Department) -> Membership:
    return make_member(ADA, department=hr)


@pytest.fixture
def ada(membership: Membership) -> Asker:
    return asker_of(membership)


@pytest.fixture
def ben(tenant: Tenant) -> Asker:
    return asker_of(make_member(BEN))


def stored(principal) -> Principal:
    return principals_for(source_id=SOURCE, principals=[principal])[principal]


class TestReaderSets:
    def test_one_principal_of_a_reader_set_is_enough(self, ada, ben):
        rule = make_rule([user(ADA), user("zoe@harbour.example")])
        assert allowed(ada) == {rule.pk}
        assert allowed(ben) == set()

    def test_every_reader_set_of_a_rule_must_contain_the_asker(self, ada, ben):
        both = make_rule([user(ADA), user(BEN)], [user(ADA)])
        assert allowed(ada) == {both.pk}
        assert allowed(ben) == set()

    def test_the_same_reader_set_twice_is_one_condition(self, ada):
        rule = make_rule([user(ADA)], [user(ADA)])
        assert rule.set_count == 1
        assert allowed(ada) == {rule.pk}

    @pytest.mark.parametrize("reader_sets", [(), ([],), ([user(ADA)], [])], ids=["none", "empty", "one empty"])
    def test_no_readers_means_nobody(self, ada, reader_sets):
        make_rule(*reader_sets)
        assert allowed(ada) == set()

    def test_a_rule_that_lost_a_condition_row_lets_nobody_in(self, ada):
        rule = make_rule([user(ADA)], [user(ADA), user(BEN)])
        rule.reader_set_rows.first().delete()
        assert allowed(ada) == set()

    def test_a_container_made_anew_does_not_inherit(self, ada):
        old = make_rule(readers(user(ADA), container=("space", "98304")))
        new = make_rule(readers(user(BEN), container=("space", "98305")))
        assert old.pk != new.pk
        assert allowed(ada) == {old.pk}

    def test_changed_readers_of_a_container_change_every_rule_under_it(self, ada):
        space = ("space", "98304")
        page = make_rule(readers(user(ADA), container=space), [user(ADA)])
        assert allowed(ada) == {page.pk}
        make_rule(readers(user(BEN), container=space))
        assert allowed(ada) == set()
        make_rule(readers(user(BEN), user(ADA), container=space))
        assert page.pk in allowed(ada)


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


class TestPeople:
    def test_an_unverified_address_is_nobody(self, tenant):
        member = make_member("eve@harbour.example", email_verified=False)
        make_rule([user("eve@harbour.example")])
        assert link_people() == 0
        assert allowed(asker_of(member)) == set()

    def test_a_proven_address_is_linked_and_compared_without_case(self, tenant, ada):
        rule = make_rule([user(ADA.upper()), user("x@harbour.example")])
        assert allowed(ada) == {rule.pk}

    def test_somebody_who_joins_later_is_linked(self, tenant):
        rule = make_rule([user("late@harbour.example")])
        late = asker_of(make_member("late@harbour.example"))
        assert allowed(late) == set()
        assert link_people(source_id=SOURCE) == 1
        assert allowed(late) == {rule.pk}

    @pytest.mark.parametrize("change", ["membership", "account", "unverified", "other address"])
    def test_a_person_who_is_no_longer_that_person_loses_everything_at_once(self, ada, membership, change):
        rule = make_rule([user(ADA)])
        map_audience_to_members(source_id=SOURCE, key="members")
        assert allowed(ada) == {rule.pk}
        account = membership.user
        match change:
            case "membership":
                Membership.objects.filter(pk=membership.pk).update(is_active=False)
            case "account":
                account.is_active = False
            case "unverified":
                account.email_verified_at = None
            case "other address":
                account.email = "somebody@harbour.example"
        account.save()
        assert allowed(ada) == set()

    def test_a_directory_id_needs_no_address(self, tenant):
        member = make_member("d@harbour.example", email_verified=False)
        rule = make_rule([user("objectid-1")])
        link_person(
            membership_id=member.pk, principal=stored(user("objectid-1")), method=IdentityLink.Method.DIRECTORY_ID
        )
        assert allowed(asker_of(member)) == {rule.pk}
        unlink_person(principal=stored(user("objectid-1")))
        assert allowed(asker_of(member)) == set()

    def test_a_user_of_a_source_is_one_person(self, ada, ben):
        rule = make_rule([user(ADA)])
        assert allowed(ada) == {rule.pk}
        link_person(
            membership_id=ben.membership_id, principal=stored(user(ADA)), method=IdentityLink.Method.DIRECTORY_ID
        )
        assert allowed(ada) == set()
        assert allowed(ben) == {rule.pk}

    def test_an_audience_is_nobody_until_an_administrator_maps_it(self, ada):
        rule = make_rule([SourcePrincipal("audience", "members")])
        assert allowed(ada) == set()
        map_audience_to_members(source_id=SOURCE, key="members")
        assert allowed(ada) == {rule.pk}

    def test_nobody_of_another_tenant(self, ada):
        other = make_tenant("other")
        with use_tenant(other.pk):
            twin = asker_of(make_member(ADA))
            assert allowed(twin) == set()
        make_rule([user(ADA)])
        with use_tenant(other.pk):
            assert link_people() == 0
            assert allowed(twin) == set()
        with pytest.raises(ValueError, match="another tenant"):
            scope_for(twin, WEB)


class TestExpiry:
    @pytest.mark.parametrize("what", ["group membership", "grant", "link"])
    def test_what_expires_ends_without_any_write(self, ada, what):
        rule = make_rule([group("team")])
        end = MIDNIGHT + timedelta(hours=1)
        with time_machine.travel(MIDNIGHT, tick=False) as clock:
            store_groups(source_id=SOURCE, groups=[members_of("team", user(ADA))])
            match what:
                case "group membership":
                    add_group_member(group=stored(group("team")), member=stored(user(ADA)), valid_until=end)
                case "grant":
                    grant(reader_set=ReaderSet.objects.get(), principal=stored(group("team")), valid_until=end)
                case "link":
                    link_person(
                        membership_id=ada.membership_id,
                        principal=stored(user(ADA)),
                        method=IdentityLink.Method.VERIFIED_EMAIL,
                        valid_until=end,
                    )
            assert allowed(ada) == {rule.pk}
            clock.move_to(end - timedelta(seconds=1))
            assert allowed(ada) == {rule.pk}
            clock.move_to(end)
            assert allowed(ada) == set()


class TestPolicies:
    def test_restricted_documents_only_on_the_web(self, ada):
        rule, plain = make_rule([user(ADA)], classification="restricted"), make_rule([user(ADA)])
        add_policy(name="web only", on_classification="restricted", only_channel=Channel.WEB)
        assert allowed(ada) == {rule.pk, plain.pk}
        assert allowed(ada, Situation(Channel.SLACK)) == {plain.pk}

    def test_hr_documents_only_for_hr_and_the_departments_below(self, ada, ben, hr):
        payroll = make_department("payroll", parent=hr)
        clerk = asker_of(make_member("clerk@harbour.example", department=payroll))
        rule = make_rule([user(ADA), user(BEN), user("clerk@harbour.example")], department="payroll")
        assert rule.pk in allowed(ben)
        add_policy(name="hr for hr", on_department=hr, only_department=hr)
        assert allowed(ada) == {rule.pk}
        assert allowed(clerk) == {rule.pk}
        assert allowed(ben) == set()

    def test_a_policy_never_widens(self, ben):
        make_rule([user(ADA)])
        add_policy(name="everybody on the web", only_channel=Channel.WEB)
        assert allowed(ben) == set()

    def test_a_policy_that_demands_nothing_lets_nobody_pass(self, ada):
        make_rule([user(ADA)])
        add_policy(name="frozen")
        assert allowed(ada) == set()

    def test_a_role_may_be_demanded_and_two_demands_are_both_needed(self, ada, ben):
        officer = asker_of(make_member("sec@harbour.example", roles=[Role.SECURITY]))
        rule = make_rule([user(ADA), user("sec@harbour.example")])
        add_policy(name="officers", only_role=Role.SECURITY, only_channel=Channel.WEB)
        assert allowed(officer) == {rule.pk}
        assert allowed(officer, Situation(Channel.API)) == set()
        assert allowed(ada) == set()

    @pytest.mark.parametrize(
        ("label", "stored_as"),
        [("", "internal"), (" Public ", "public"), ("top secret", "restricted"), ("CONFIDENTIAL", "confidential")],
    )
    def test_an_unknown_label_is_restricted(self, tenant, label, stored_as):
        assert make_rule([user(ADA)], classification=label).classification == stored_as


class TestCache:
    def test_an_unchanged_scope_is_the_same_object(self, ada):
        make_rule([user(ADA)])
        assert scope_for(ada, WEB).allowed is scope_for(ada, WEB).allowed

    def test_a_new_rule_is_patched_in_without_a_rebuild(self, ada, django_assert_max_num_queries, monkeypatch):
        make_rule([user(ADA)])
        allowed(ada)
        rule = make_rule([user(ADA), user(BEN)])
        monkeypatch.setattr("ragportal.access.scope_cache.readable_rules", None)
        assert rule.pk in allowed(ada)

    def test_many_changes_at_once_give_the_same_as_a_rebuild(self, ada, monkeypatch):
        monkeypatch.setattr("ragportal.access.scope_cache.PATCH_LIMIT", 3)
        allowed(ada)
        rules = {make_rule([user(ADA), user(f"p{number}@harbour.example")]).pk for number in range(6)}
        assert allowed(ada) == rules

    def test_a_log_cut_behind_the_entry_rebuilds(self, ada, monkeypatch):
        monkeypatch.setattr("ragportal.access.changes.KEPT_CHANGES", 2)
        allowed(ada)
        rules = {make_rule([user(ADA), user(f"p{number}@harbour.example")]).pk for number in range(6)}
        assert allowed(ada) == rules

    def test_a_revocation_costs_no_rebuild(self, ada, monkeypatch):
        rule = make_rule(readers(user(ADA), group("g"), container=("space", "1")))
        assert allowed(ada) == {rule.pk}
        monkeypatch.setattr("ragportal.access.scope_cache.readable_rules", None)
        revoke(reader_set=ReaderSet.objects.get(), principal=stored(user(ADA)))
        assert allowed(ada) == set()
