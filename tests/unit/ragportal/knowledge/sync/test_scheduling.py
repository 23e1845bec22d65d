"""When a source is synced next."""

from datetime import UTC, datetime, timedelta

import pytest
import time_machine

from connectors.base import SourceError
from ragportal.common.errors import Unavailable
from ragportal.common.models import WorkItem
from ragportal.common.tenancy import use_tenant
from ragportal.knowledge.models import Source
from ragportal.knowledge.sync.control import pause_source, schedule_source
from ragportal.knowledge.sync.scheduling import due_sources, enqueue_due_syncs
from ragportal.knowledge.sync.sync_source import sync_source
from tests.factories.people import make_tenant

NOON = datetime(2026, 3, 2, 12, tzinfo=UTC)


@pytest.fixture
def clock(tenant):
    with time_machine.travel(NOON, tick=False) as travelling:
        yield travelling


def minutes_until_due(source):
    source.refresh_from_db()
    return (source.next_sync_at - NOON) / timedelta(minutes=1)


def sync_badly(source):
    with pytest.raises(Unavailable):
        sync_source(source=source)


def test_a_new_source_is_due_at_once_and_then_by_its_schedule(clock, source):
    assert due_sources(NOON) == [source]
    sync_source(source=source)
    assert due_sources(NOON) == []
    assert minutes_until_due(source) == 15


def test_sources_by_hand_and_paused_ones_are_never_due(clock, source):
    schedule_source(source=source, every_minutes=0)
    assert due_sources(NOON + timedelta(days=9)) == []
    schedule_source(source=source, every_minutes=5)
    assert due_sources(NOON) == [source]
    pause_source(source=source)
    assert due_sources(NOON + timedelta(days=9)) == []


def test_failures_in_a_row_wait_longer_each_time_and_success_ends_that(clock, source, memory):
    memory.groups_break = True
    waits = []
    for _ in range(6):
        sync_badly(source)
        waits.append(minutes_until_due(source))
    assert waits == [15, 30, 60, 120, 240, 360]
    memory.groups_break = False
    sync_source(source=source)
    assert (minutes_until_due(source), source.failed_in_row) == (15, 0)


def test_what_a_person_must_mend_is_tried_once_a_day(clock, source, memory):
    source.config = {"name": "nowhere"}
    source.save()
    sync_badly(source)
    assert minutes_until_due(source) == 24 * 60


def test_a_source_is_left_alone_as_long_as_it_asks(clock, source, memory, monkeypatch):
    def later(self):
        raise SourceError("Too many requests.", permanent=False, retry_after=7200)

    monkeypatch.setattr("tests.factories.memory_source.MemoryConnector.groups", later)
    sync_badly(source)
    assert minutes_until_due(source) == 120


def test_what_was_broken_off_is_no_failure(clock, source, memory):
    def interrupt():
        raise KeyboardInterrupt

    memory.before_listing = interrupt
    with pytest.raises(KeyboardInterrupt):
        sync_source(source=source)
    source.refresh_from_db()
    assert source.failed_in_row == 0


@pytest.mark.django_db(databases=["default", "ledger"])
def test_every_tenant_is_looked_at_and_each_source_waits_once():
    for slug in ("harbour", "island"):
        with use_tenant(make_tenant(slug).pk):
            Source.objects.create(name="Handbook", kind="memory", config={})
    assert enqueue_due_syncs() == 2
    assert enqueue_due_syncs() == 0
    assert WorkItem.across_tenants.values_list("tenant", flat=True).distinct().count() == 2
