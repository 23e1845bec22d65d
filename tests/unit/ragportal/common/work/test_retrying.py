"""How a try ends."""

from datetime import timedelta

import pytest
from django.utils import timezone

from ragportal.common.errors import NotFound
from ragportal.common.models import WorkItem
from ragportal.common.tenancy import use_tenant
from ragportal.common.work.claiming import claim
from ragportal.common.work.enqueueing import enqueue
from ragportal.common.work.retrying import done, failed, pause_after, postponed, try_again
from tests.factories.people import make_tenant


def claim_now():
    """The next piece of work, as if its pause were over."""
    WorkItem.objects.filter(state="waiting").update(not_before=timezone.now())
    return claim("ingest")


def pause_of(item):
    return (item.not_before - timezone.now()).total_seconds()


def test_pauses_grow_and_differ():
    assert [round(min(pause_after(attempt) for _ in range(50))) // 5 for attempt in (1, 2, 3)] == [1, 4, 16]
    assert len({pause_after(1) for _ in range(10)}) == 10
    assert pause_after(1) <= 7.5 and pause_after(20) <= 3600 * 1.5
    assert pause_after(1, wanted=90) == 90


def test_a_failed_try_waits_for_the_next(tenant, the_row):
    enqueue("note", arguments={})
    failed(claim("ingest"), "The disk is full.")
    item = the_row()
    assert (item.state, item.attempts, item.reason, item.lease_until) == ("waiting", 1, "The disk is full.", None)
    assert 4 < pause_of(item) < 8
    assert claim("ingest") is None


def test_the_other_side_says_how_long(tenant, the_row):
    enqueue("note", arguments={})
    failed(claim("ingest"), "Too many requests.", retry_after=300)
    assert 290 < pause_of(the_row()) < 310


def test_five_tries_make_a_dead_letter(tenant, the_row):
    enqueue("note", arguments={})
    for _ in range(4):
        failed(claim_now(), "The disk is full.")
        assert the_row().state == "waiting"
    failed(claim_now(), "The disk is full.")
    item = the_row()
    assert (item.state, item.attempts, item.reason) == ("dead", 5, "The disk is full.")
    assert item.finished_at and claim_now() is None


def test_what_cannot_succeed_is_given_up_at_once(tenant, the_row):
    enqueue("note", arguments={})
    failed(claim("ingest"), "There is no such source.", permanent=True)
    assert (the_row().state, the_row().attempts) == ("dead", 1)


def test_who_was_overtaken_cannot_end_the_work(tenant, the_row, caplog):
    enqueue("note", arguments={}, key="one")
    slow = claim("ingest")
    WorkItem.objects.update(state="waiting")
    claim("ingest")
    for end in (done, postponed, lambda one: failed(one, "Too late."), lambda one: failed(one, "No.", permanent=True)):
        end(slow)
        assert (the_row().state, the_row().fence, the_row().reason) == ("running", 2, "")
    assert "after its lease was lost" in caplog.text


def test_being_postponed_counts_as_no_try(tenant, the_row):
    enqueue("note", arguments={})
    for _ in range(7):
        postponed(claim_now())
    assert (the_row().state, the_row().attempts) == ("waiting", 0)
    assert pause_of(the_row()) > 5


def test_a_failed_try_joins_the_same_work_that_waits_already(tenant, the_row):
    first = enqueue("note", arguments={"number": 1}, key="one")
    running = claim("ingest")
    second = enqueue("note", arguments={"number": 2}, key="one")
    failed(running, "The disk is full.")
    item = the_row()
    assert item.pk == second != first
    assert (item.state, item.attempts, item.reason) == ("waiting", 1, "The disk is full.")
    assert pause_of(item) > 4


class TestDeadLetters:
    @pytest.fixture
    def dead(self, tenant):
        row = enqueue("note", arguments={}, key="one")
        failed(claim("ingest"), "No.", permanent=True)
        return row

    def test_another_try_is_given_at_once(self, dead, the_row, bells, django_capture_on_commit_callbacks):
        with django_capture_on_commit_callbacks(execute=True):
            try_again(item_id=dead)
        assert (the_row().state, the_row().attempts, the_row().reason) == ("waiting", 0, "No.")
        assert claim("ingest").id == dead and bells == ["ingest"]

    def test_the_same_work_that_waits_takes_its_place(self, dead, the_row):
        waiting = enqueue("note", arguments={}, key="one", not_before=timezone.now() + timedelta(hours=1))
        try_again(item_id=dead)
        assert (the_row().pk, the_row().attempts) == (waiting, 0)
        assert claim("ingest").id == waiting

    def test_only_the_newest_is_kept_and_a_success_settles_it(self, dead, the_row):
        newer = enqueue("note", arguments={}, key="one")
        failed(claim("ingest"), "Still no.", permanent=True)
        assert the_row().pk == newer
        enqueue("note", arguments={}, key="one")
        done(claim("ingest"))
        assert the_row().state == "done"

    def test_what_is_no_dead_letter_of_this_tenant_is_not_found(self, dead, tenant):
        with use_tenant(make_tenant("quay").pk), pytest.raises(NotFound):
            try_again(item_id=dead)
        with pytest.raises(NotFound):
            try_again(item_id=enqueue("note", arguments={}))
