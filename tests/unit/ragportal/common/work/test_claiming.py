"""Who gets which work."""

from concurrent.futures import ThreadPoolExecutor

import pytest
from django.db import connections

from ragportal.common.models import WorkItem
from ragportal.common.tenancy import use_tenant
from ragportal.common.work.claiming import claim
from ragportal.common.work.enqueueing import enqueue
from ragportal.common.work.retrying import done
from tests.factories.people import make_tenant

ROWS, WORKERS = 60, 6


def test_the_oldest_of_the_queue_whatever_the_tenant(tenant):
    rows = [enqueue("note", arguments={"number": 1})]
    with use_tenant(make_tenant("quay").pk):
        rows.append(enqueue("note", arguments={"number": 2}))
    rows.append(enqueue("note", arguments={"number": 3}))
    enqueue("chore", arguments={})
    claims = [claim("ingest") for _ in rows]
    assert [one.id for one in claims] == rows
    assert [one.arguments["number"] for one in claims] == [1, 2, 3]
    assert claims[0].tenant_id != claims[1].tenant_id
    assert claim("ingest") is None and claim("sync") is None


def test_a_claim_is_noted(tenant, the_row):
    enqueue("note", arguments={})
    claimed, item = claim("ingest"), the_row()
    assert (item.state, item.attempts, item.fence) == ("running", 1, 1) == (item.state, claimed.attempts, claimed.fence)
    assert item.host and item.process and item.lease_until > item.started_at


def test_the_fence_rises_with_each_claim(tenant):
    enqueue("note", arguments={})
    assert claim("ingest").fence == 1
    WorkItem.objects.update(state="waiting")
    assert claim("ingest").fence == 2


def test_the_same_work_is_not_begun_twice(tenant):
    enqueue("note", arguments={}, key="one")
    running = claim("ingest")
    second = enqueue("note", arguments={}, key="one")
    other = enqueue("note", arguments={}, key="two")
    assert claim("ingest").id == other
    assert claim("ingest") is None
    done(running)
    assert claim("ingest").id == second


@pytest.mark.django_db(transaction=True)
def test_workers_that_claim_at_once_share_the_work(tenant):
    rows = [enqueue("note", arguments={}) for _ in range(ROWS)]

    def work(_):
        got = []
        try:
            while claimed := claim("ingest"):
                got.append(claimed.id)
        finally:
            connections.close_all()
        return got

    with ThreadPoolExecutor(WORKERS) as pool:
        claimed = [row for got in pool.map(work, range(WORKERS)) for row in got]
    assert sorted(claimed) == sorted(rows)
    assert set(WorkItem.objects.values_list("fence", flat=True)) == {1}
