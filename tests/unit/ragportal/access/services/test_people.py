"""Which person is which user of a source, and when no longer."""

from datetime import UTC, datetime

import pytest

from connectors.base import SourcePrincipal
from ragportal.access.models import IdentityLink
from ragportal.access.scope import scope_for
from ragportal.access.selectors import asker_of
from ragportal.access.services import (
    link_people,
    link_person,
    map_audience_to_members,
)
from ragportal.common.tenancy import use_tenant
from ragportal.tenants.models import Membership
from tests.factories.access import ADA, BEN, SOURCE, WEB, allowed, make_rule, stored, user
from tests.factories.people import make_member, make_tenant


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

    def test_a_profile_with_somebody_elses_address_takes_no_directory_link_over(self, ada, ben):
        account = SourcePrincipal("user", "objectid-1", name="Ada")
        rule = make_rule([account])
        link_person(membership_id=ada.membership_id, principal=stored(account), method=IdentityLink.Method.DIRECTORY_ID)
        stored(SourcePrincipal("user", "objectid-1", name="Ada", email=BEN))
        assert link_people() == 0
        assert allowed(ada) == {rule.pk}
        assert allowed(ben) == set()

    def test_another_display_name_does_not_bring_an_ended_link_back(self, ada):
        make_rule([user(ADA)])
        link_person(
            membership_id=ada.membership_id,
            principal=stored(user(ADA)),
            method=IdentityLink.Method.VERIFIED_EMAIL,
            valid_until=datetime(2026, 1, 1, tzinfo=UTC),
        )
        stored(SourcePrincipal("user", ADA, name="Ada Lovelace", email=ADA))
        assert allowed(ada) == set()

    def test_every_account_with_a_proven_address_is_linked(self, tenant):
        address = "late@harbour.example"
        accounts = [SourcePrincipal("user", f"account-{number}", email=address) for number in (1, 2)]
        rules = {make_rule([account]).pk for account in accounts}
        late = asker_of(make_member(address))
        assert link_people() == 2
        assert allowed(late) == rules
