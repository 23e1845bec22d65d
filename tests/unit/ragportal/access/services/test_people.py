"""Which person is which user of a source, and when no longer."""

import pytest

from connectors.base import SourcePrincipal
from ragportal.access.models import IdentityLink
from ragportal.access.scope import scope_for
from ragportal.access.selectors import asker_of
from ragportal.access.services import (
    link_people,
    link_person,
    map_audience_to_members,
    unlink_person,
)
from ragportal.common.tenancy import use_tenant
from ragportal.tenants.models import Membership
from tests.factories.access import ADA, SOURCE, WEB, allowed, make_rule, stored, user
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
