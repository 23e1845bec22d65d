"""What happens every few seconds."""

from datetime import timedelta

from django.utils import timezone

from ragportal.common.models import WorkItem
from ragportal.common.work.claiming import claim
from ragportal.common.work.enqueueing import enqueue
from ragportal.common.work.ticking import tick


def test_it_rings_for_what_is_due_and_gives_back_what_was_lost(tenant, bells):
    enqueue("note", arguments={})
    claim("ingest")
    WorkItem.objects.update(host="another machine", lease_until=timezone.now() - timedelta(minutes=1))
    enqueue("chore", arguments={})
    enqueue("chore", arguments={}, key="more")
    tick()
    assert bells == ["maintenance"]
    assert WorkItem.objects.filter(state="running").count() == 0
    WorkItem.objects.update(not_before=timezone.now())
    tick()
    assert sorted(bells) == ["ingest", "maintenance", "maintenance"]


def test_each_part_of_the_product_is_asked(db, settings, calls, bells, tenant):
    settings.WORK_TICKS = ("tests.factories.work_handlers.note", "tests.factories.work_handlers.note")
    tick()
    assert len(calls) == 2
