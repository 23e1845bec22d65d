"""What a bell does to a worker, whatever it says."""

import pytest

from ragportal.common.models import WorkItem
from ragportal.common.tasks import ring, tick
from ragportal.common.work.enqueueing import enqueue
from ragportal.common.work.kinds import WorkKind
from tests.factories import work_handlers


@pytest.fixture(autouse=True)
def made_up_work(settings):
    settings.WORK = {"note": WorkKind("ingest", "tests.factories.work_handlers.note")}
    settings.WORK_TICKS = ()
    yield
    work_handlers.CALLS.clear()


def test_a_bell_has_the_work_of_its_queue_done(tenant):
    enqueue("note", arguments={"number": 1})
    ring(queue="ingest", of_a_later_version=True)
    ring(queue="ingest")
    assert [(tenant.pk, {"number": 1})] == work_handlers.CALLS


def test_a_damaged_bell_wakes_nobody(tenant):
    enqueue("note", arguments={})
    ring()
    ring(queue="ingestion")
    tick(of_a_later_version=True)
    assert WorkItem.objects.get().state == "waiting"
