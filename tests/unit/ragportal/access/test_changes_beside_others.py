"""Access that two processes change at one moment: no change is missed, and neither undoes or widens the other's."""

import pytest
from django.db import transaction
from django.utils import timezone

from ragportal.access.changes import Kind, changes_since, current_number, note_changes
from ragportal.access.models import Grant, IdentityLink, Principal
from ragportal.access.selectors import asker_of
from ragportal.access.services import link_people, link_person, reader_set_for, store_groups
from ragportal.tenants.models import User
from tests.factories.access import SOURCE, allowed, group, make_rule, members_of, readers, stored, user
from tests.factories.other_process import OtherProcess, on_postgresql, wait_until_somebody_waits
from tests.factories.people import make_member

pytestmark = [on_postgresql, pytest.mark.django_db(databases=["default", "ledger"], transaction=True)]
ADA, BEN = user("ada@harbour.example"), user("ben@harbour.example")
SPACE = ("space", "98304")


@pytest.fixture
def other(tenant):
    process = OtherProcess(tenant.pk)
    yield process
    process.ends()


@pytest.fixture
def third(tenant):
    process = OtherProcess(tenant.pk)
    yield process
    process.ends()


@pytest.fixture
def at_once(other, third):
    """The outcome of a second work that begins while a first one is done and not committed."""

    def do(first, second):
        other.begins()
        other.does(first)
        waiting = third.starts(second)
        wait_until_somebody_waits()
        other.commits()
        return waiting.result(10)

    return do


def noted(subject):
    with transaction.atomic():
        note_changes([(Kind.RULE, subject)])


def container(*people):
    return reader_set_for(source_id=SOURCE, readers=readers(*people, container=SPACE))


def in_container():
    return set(Grant.objects.filter(reader_set__name=f"{SOURCE}:space:98304").values_list("principal__key", flat=True))


def linked(member, principal):
    link_person(membership_id=member.pk, principal=stored(principal), method=IdentityLink.Method.DIRECTORY_ID)


@pytest.mark.parametrize("earlier", [0, 1])
def test_numbers_become_visible_in_their_order(other, third, earlier):
    for number in range(earlier):
        noted(number)
    other.begins()
    other.does(lambda: noted(11))
    waiting = third.starts(lambda: noted(12))
    wait_until_somebody_waits()
    assert current_number() == earlier, "the second number is not there before the first one"
    other.commits()
    waiting.result(10)
    assert current_number() == earlier + 2
    assert changes_since(earlier + 1) == [("rule", 12)]
    assert set(changes_since(earlier)) == {("rule", 11), ("rule", 12)}


@pytest.mark.parametrize("before", [None, (), (ADA, BEN)])
def test_a_container_has_the_readers_that_were_told_last(at_once, before):
    if before is not None:
        container(*before)
    at_once(lambda: container(ADA), lambda: container(BEN))
    assert in_container() == {"ben@harbour.example"}


def test_a_principal_is_made_once(at_once):
    at_once(lambda: stored(ADA), lambda: stored(ADA))
    assert Principal.objects.count() == 1


def test_a_rule_is_made_once_and_complete(at_once):
    found = at_once(lambda: make_rule([ADA], [BEN]), lambda: make_rule([ADA], [BEN]))
    assert found.reader_set_rows.count() == found.set_count == 2


def test_two_that_need_the_same_rows_in_another_order_come_one_after_the_other(other, third):
    member = make_member("ben@harbour.example")
    for principal in (ADA, BEN):
        linked(member, principal)

    def links(*principals):
        with transaction.atomic():
            for principal in principals:
                linked(member, principal)

    other.begins()
    other.does(lambda: linked(member, ADA))
    waiting = third.starts(lambda: links(BEN, ADA))
    wait_until_somebody_waits()
    other.does(lambda: linked(member, BEN))
    other.commits()
    waiting.result(10)


def test_whoever_loses_a_link_is_told_even_if_it_was_made_a_moment_ago(at_once):
    stored(ADA)
    rule = make_rule([ADA])
    one, two = make_member("one@harbour.example"), make_member("two@harbour.example")
    assert not allowed(asker_of(one)) and not allowed(asker_of(two))

    before = current_number()
    at_once(lambda: linked(one, ADA), lambda: linked(two, ADA))
    assert (allowed(asker_of(one)), allowed(asker_of(two))) == (frozenset(), {rule.pk})
    assert ("person", one.pk) in changes_since(before + 1), "one lost it with the second change"


def test_a_user_who_is_named_this_moment_is_linked(at_once):
    make_member("ada@harbour.example", email_verified=False)

    def proves():
        User.objects.update(email_verified_at=timezone.now())
        link_people()

    at_once(lambda: stored(ADA), proves)
    assert IdentityLink.objects.count() == 1


def test_groups_are_what_was_told_last(at_once):
    first = [members_of("finance", ADA), members_of("sales", BEN)]
    at_once(
        lambda: store_groups(source_id=SOURCE, groups=first),
        lambda: store_groups(source_id=SOURCE, groups=[members_of("finance", BEN)]),
    )
    assert [row.member.key for row in stored(group("finance")).member_rows.all()] == ["ben@harbour.example"]
    assert not stored(group("sales")).member_rows.exists()
