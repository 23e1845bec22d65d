"""Explanations agree with the decision and name every reason."""

import pytest

from connectors.base import SourcePrincipal
from ragportal.access.asker import Asker, Situation
from ragportal.access.explanations import explain_rule
from ragportal.access.models import Channel
from ragportal.access.selectors import asker_of
from ragportal.access.services import add_policy, map_audience_to_members, store_groups
from ragportal.tenants.models import Membership, Tenant
from tests.factories.access import SOURCE, WEB, group, make_rule, members_of, readers, user
from tests.factories.people import make_member

ADA = "ada@harbour.example"


@pytest.fixture
def ada(tenant: Tenant) -> Asker:
    return asker_of(make_member(ADA))


def told(asker, rule, situation=WEB) -> tuple[bool, str]:
    explanation = explain_rule(asker=asker, rule=rule, situation=situation)
    return explanation.allowed, "\n".join(
        line for condition in explanation.conditions for line in (condition.sentence, *condition.details)
    )


def test_the_chain_of_groups_is_named(ada):
    store_groups(
        source_id=SOURCE,
        groups=[members_of("finance-controlling", user(ADA)), members_of("finance-all", group("finance-controlling"))],
    )
    allowed, text = told(ada, make_rule([group("finance-all")]))
    assert allowed
    assert "User ada@harbour.example by verified e-mail" in text
    assert text.index("→ in Group finance-controlling") < text.index("→ in Group finance-all")


def test_who_would_be_let_in_is_named_and_long_lists_are_counted(ada):
    rule = make_rule([user(f"p{number:02}@harbour.example") for number in range(11)])
    allowed, text = told(ada, rule)
    assert not allowed
    assert "p00@harbour.example" in text
    assert "and 3 more" in text


def test_each_of_two_conditions_is_told(ada):
    rule = make_rule(readers(user(ADA), container=("space", "42")), [group("board")])
    allowed, text = told(ada, rule)
    assert not allowed
    assert "User ada@harbour.example is one of them" in text
    assert "Let in: Group board" in text


def test_no_readers(ada):
    allowed, text = told(ada, make_rule())
    assert not allowed
    assert "names no readers" in text


def test_a_policy_that_refuses_is_named_and_one_that_permits_too(ada):
    add_policy(name="web only", on_classification="restricted", only_channel=Channel.WEB)
    rule = make_rule([user(ADA)], classification="restricted")
    assert told(ada, rule)[0]
    allowed, text = told(ada, rule, Situation(Channel.TEAMS))
    assert not allowed
    assert "Policy “web only” demands asked on: Web" in text


def test_a_deactivated_person(ada):
    rule = make_rule([user(ADA)])
    Membership.objects.update(is_active=False)
    allowed, text = told(ada, rule)
    assert not allowed
    assert "is deactivated" in text


def test_an_audience_that_means_every_member(ada):
    from_source = make_rule([user("x@harbour.example")])
    assert not told(ada, from_source)[0]
    map_audience_to_members(source_id=SOURCE, key="members")
    allowed, text = told(ada, make_rule([SourcePrincipal("audience", "members")]))
    assert allowed
    assert "made it mean every member" in text
