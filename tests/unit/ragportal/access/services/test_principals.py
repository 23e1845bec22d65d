"""Principals follow what the source says of them."""

from connectors.base import SourcePrincipal
from ragportal.access.models import Principal
from ragportal.access.services import principals_for
from tests.factories.access import ADA, BEN, SOURCE, allowed, group, make_rule, stored, user


def test_a_principal_is_made_once(tenant):
    assert stored(group("team")) == stored(group("team"))
    assert Principal.objects.count() == 1


def test_a_new_name_is_taken_over_and_a_missing_one_keeps_the_old(tenant):
    stored(SourcePrincipal("group", "g1", name="Old"))
    assert stored(SourcePrincipal("group", "g1", name="New")).name == "New"
    assert stored(SourcePrincipal("group", "g1")).name == "New"


def test_a_user_with_another_address_is_another_person(ada, ben):
    account = SourcePrincipal("user", "account-1", email=ADA)
    rule = make_rule([account])
    assert allowed(ada) == {rule.pk}
    principals_for(source_id=SOURCE, principals=[SourcePrincipal("user", "account-1", email=BEN)])
    assert allowed(ada) == set()
    assert allowed(ben) == {rule.pk}


def test_kinds_with_equal_keys_are_different(tenant):
    assert stored(SourcePrincipal("group", ADA)) != stored(user(ADA))
