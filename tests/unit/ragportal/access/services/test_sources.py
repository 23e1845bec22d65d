"""Permissions that are too old hide their source, in the scope and in the last check alike, without a write."""

from datetime import UTC, datetime, timedelta

import pytest
import time_machine

from ragportal.access.explanations import explain_rule
from ragportal.access.models import SourceAccess
from ragportal.access.readable import readable_among
from ragportal.access.services import note_access_as_of
from tests.factories.access import ADA, SOURCE, WEB, allowed, make_rule, user

MONDAY = datetime(2026, 3, 2, tzinfo=UTC)
HIDDEN = MONDAY + timedelta(days=7)
A_SECOND = timedelta(seconds=1)


@pytest.fixture
def clock(tenant):
    with time_machine.travel(MONDAY, tick=False) as travelling:
        yield travelling


@pytest.fixture
def rule(clock):
    return make_rule([user(ADA)])


def last_check(asker, rule):
    """What the recheck and the explanation ask of one rule."""
    ((*_, readable),) = readable_among(asker, datetime.now(UTC), [rule.pk]).rows()
    assert bool(readable) == explain_rule(asker=asker, rule=rule, situation=WEB).allowed
    return bool(readable)


def sees(asker, rule):
    in_scope = rule.pk in allowed(asker)
    assert in_scope == last_check(asker, rule)
    return in_scope


def test_a_source_is_hidden_at_its_moment(ada, rule, clock):
    assert sees(ada, rule)
    clock.move_to(HIDDEN - A_SECOND)
    assert sees(ada, rule)
    clock.move_to(HIDDEN)
    assert not sees(ada, rule)


def test_a_good_run_shows_it_again_and_counts_from_its_own_moment(ada, rule, clock):
    clock.move_to(HIDDEN + timedelta(days=1))
    assert not sees(ada, rule)
    note_access_as_of(source_id=SOURCE, as_of=HIDDEN)
    assert sees(ada, rule)
    clock.move_to(HIDDEN + timedelta(days=7))
    assert not sees(ada, rule)


def test_a_run_in_time_keeps_it_shown(ada, rule, clock):
    assert sees(ada, rule)
    clock.move_to(HIDDEN - A_SECOND)
    note_access_as_of(source_id=SOURCE, as_of=HIDDEN - A_SECOND)
    clock.move_to(HIDDEN)
    assert sees(ada, rule)


def test_an_earlier_moment_takes_nothing_back(rule, clock):
    note_access_as_of(source_id=SOURCE, as_of=MONDAY - timedelta(days=2))
    assert SourceAccess.objects.get().as_of == MONDAY


def test_another_source_hides_alone(ada, rule, clock):
    clock.move_to(HIDDEN - timedelta(days=1))
    note_access_as_of(source_id=SOURCE + 1, as_of=HIDDEN - timedelta(days=1))
    assert sees(ada, rule)
    clock.move_to(HIDDEN)
    assert not sees(ada, rule)


def test_a_source_of_which_nothing_is_known_is_nobodys(ada, rule):
    SourceAccess.objects.all().delete()
    assert not sees(ada, rule)


def test_the_explanation_names_the_day(ada, rule, clock):
    clock.move_to(HIDDEN)
    sentences = [condition.sentence for condition in explain_rule(asker=ada, rule=rule, situation=WEB).conditions]
    assert any("last known on 2 Mar 2026" in sentence and "hidden" in sentence for sentence in sentences)
