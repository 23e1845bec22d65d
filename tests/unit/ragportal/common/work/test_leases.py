"""A worker keeps its work while it lives, and cannot write when it was overtaken."""

import time

import pytest

from ragportal.common.models import WorkItem
from ragportal.common.work.claiming import claim
from ragportal.common.work.enqueueing import enqueue
from ragportal.common.work.leases import LeaseLost, leased, work_transaction
from ragportal.common.work.sweeping import sweep


def overtake():
    """As another worker does after a sweep."""
    WorkItem.objects.update(state="waiting")
    return claim("ingest")


def test_a_step_is_refused_once_the_work_was_claimed_anew(tenant):
    enqueue("note", arguments={})
    with leased(claim("ingest")):
        with work_transaction():
            pass
        overtake()
        with pytest.raises(LeaseLost), work_transaction():
            pytest.fail("the block was entered")


def test_outside_of_work_there_is_nothing_to_hold(tenant):
    with pytest.raises(LeaseLost), work_transaction():
        pytest.fail("the block was entered")


@pytest.mark.django_db(transaction=True)
def test_the_lease_is_renewed_while_the_work_goes_on(tenant, settings, the_row):
    settings.WORK_LEASE_SECONDS = 0.4
    enqueue("note", arguments={})
    claimed = claim("ingest")
    WorkItem.objects.update(host="another machine")
    with leased(claimed):
        first = the_row().lease_until
        time.sleep(0.8)
        assert sweep() == 0
        assert the_row().lease_until > first
    time.sleep(0.5)
    assert sweep() == 1
    assert the_row().state == "waiting"
