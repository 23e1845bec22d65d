"""No work is lost with its worker."""

import subprocess
import sys
from datetime import timedelta

from django.utils import timezone

from ragportal.common.models import WorkItem
from ragportal.common.work.claiming import claim
from ragportal.common.work.enqueueing import enqueue
from ragportal.common.work.retrying import done
from ragportal.common.work.sweeping import WORKER_ENDED, purge_done, sweep

A_MINUTE = timedelta(minutes=1)


def test_what_a_living_worker_has_is_left_alone(tenant, the_row):
    enqueue("note", arguments={})
    claim("ingest")
    assert sweep() == 0 and the_row().state == "running"
    WorkItem.objects.update(host="another machine", process=1)
    assert sweep() == 0


def test_a_lease_that_is_over_gives_the_work_back(tenant, the_row):
    enqueue("note", arguments={})
    claim("ingest")
    WorkItem.objects.update(host="another machine", lease_until=timezone.now() - A_MINUTE)
    assert sweep() == 1
    item = the_row()
    assert (item.state, item.attempts, item.reason) == ("waiting", 1, WORKER_ENDED)


def test_a_process_of_this_machine_that_is_gone_gives_it_back_at_once(tenant, the_row):
    gone = subprocess.Popen([sys.executable, "-c", ""])
    gone.wait()
    enqueue("note", arguments={})
    claim("ingest")
    WorkItem.objects.update(process=gone.pid)
    assert sweep() == 1 and the_row().state == "waiting"


def test_work_that_ends_its_worker_five_times_is_given_up(tenant, the_row):
    enqueue("note", arguments={})
    for _ in range(5):
        WorkItem.objects.update(not_before=timezone.now())
        claim("ingest")
        WorkItem.objects.update(host="another machine", lease_until=timezone.now() - A_MINUTE)
        assert sweep() == 1
    assert (the_row().state, the_row().reason) == ("dead", WORKER_ENDED)


def test_only_what_was_done_long_ago_is_forgotten(tenant):
    rows = [enqueue("note", arguments={}) for _ in range(3)]
    done(claim("ingest"))
    assert purge_done() == 0
    WorkItem.objects.update(finished_at=timezone.now() - timedelta(days=8))
    assert purge_done() == 1
    assert set(WorkItem.objects.values_list("pk", flat=True)) == set(rows[1:])
