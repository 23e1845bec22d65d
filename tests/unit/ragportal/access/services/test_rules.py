"""Rules: one for each content, and one for a text between two of them."""

import pytest

from ragportal.access.models import AccessRule
from ragportal.access.services import add_policy, narrowed_rule, set_policy_enabled
from ragportal.tenants.models import Department
from tests.factories.access import ADA, BEN, allowed, group, make_rule, user
from tests.factories.people import make_department


@pytest.mark.parametrize(
    ("label", "stored_as"),
    [("", "internal"), (" Public ", "public"), ("top secret", "restricted"), ("CONFIDENTIAL", "confidential")],
)
def test_an_unknown_label_is_restricted(tenant, label, stored_as):
    assert make_rule([user(ADA)], classification=label).classification == stored_as


def test_the_same_content_is_one_rule_in_any_order(tenant):
    one = make_rule([user(ADA), user(BEN)], [group("board")])
    assert make_rule([group("board")], [user(BEN), user(ADA)]) == one
    assert AccessRule.objects.count() == 1


def test_another_attribute_is_another_rule(tenant):
    make_department("hr")
    rules = {
        make_rule([user(ADA)]).pk,
        make_rule([user(ADA)], classification="public").pk,
        make_rule([user(ADA)], department="hr").pk,
    }
    assert len(rules) == 3


@pytest.mark.parametrize("label", ["human-resources", "Human Resources", " HUMAN RESOURCES "])
def test_a_department_is_known_by_its_short_name_or_its_name(tenant, label):
    department = Department.objects.create(slug="human-resources", name="Human Resources")
    assert make_rule([user(ADA)], department=label).department == department


@pytest.mark.parametrize("name", ["Öffentlichkeit", "o\u0308ffentlichkeit", "ÖFFENTLICHKEIT"])
def test_names_are_compared_beyond_ascii(tenant, name):
    department = Department.objects.create(slug="press", name="Öffentlichkeit")
    assert make_rule([user(ADA)], department=name).department == department


@pytest.mark.parametrize("label", ["nowhere", "twins"])
def test_a_department_that_cannot_be_told_is_under_every_policy_on_departments(ada, hr, label):
    for slug in ("one", "two"):
        Department.objects.create(slug=slug, name="Twins")
    rule = make_rule([user(ADA)], department=label)
    assert rule.department is None
    assert rule.department_is_unknown
    assert allowed(ada) == {rule.pk}
    press = make_department("press")
    policy = add_policy(name="press for press", on_department=press, only_department=press)
    assert allowed(ada) == set()
    set_policy_enabled(policy=policy, enabled=False)
    assert allowed(ada) == {rule.pk}


def test_between_two_rules_only_who_is_in_both_reads(ada, ben):
    first, second = make_rule([user(ADA), user(BEN)]), make_rule([user(ADA)])
    between = narrowed_rule(first=first, second=second)
    assert between.pk in allowed(ada)
    assert between.pk not in allowed(ben)


def test_between_different_attributes_nobody_reads(ada):
    """Even where no policy tells them apart today: one may be added before the new text is there."""
    first, second = make_rule([user(ADA)]), make_rule([user(ADA)], classification="restricted")
    assert narrowed_rule(first=first, second=second).pk not in allowed(ada)


def test_between_nobody_and_somebody_is_nobody(ada):
    between = narrowed_rule(first=make_rule(), second=make_rule([user(ADA)]))
    assert between.pk not in allowed(ada)
