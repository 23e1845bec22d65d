"""Starting, stopping, pausing and resuming the syncs of a source."""

import pytest

from ragportal.audit.models import AuditRecord
from ragportal.common.errors import InvalidInput
from ragportal.common.models import WorkItem
from ragportal.knowledge.models import SyncRun
from ragportal.knowledge.sync.control import pause_source, resume_source, schedule_source, start_sync, stop_sync
from ragportal.knowledge.sync.sync_source import sync_source
from tests.factories.memory_source import readers

ADA = "ada@harbour.example"


@pytest.fixture
def shelf(source, memory):
    """Six documents with a checkpoint after each second one; `when_listed` is called before the fourth."""
    for number in range(6):
        memory.put(f"page {number}", f"Page number {number}.", readers(ADA))
    memory.checkpoint_every = 2
    return source


def wish_in_the_middle(memory, wish):
    """Call `wish` when the readers of the third document are asked for, which is before the second checkpoint."""

    def before_access(name):
        if name == "page 2":
            memory.before_access = None
            wish()

    memory.before_access = before_access


@pytest.mark.parametrize("wish, state", [(stop_sync, SyncRun.State.STOPPED), (pause_source, SyncRun.State.PAUSED)])
def test_a_running_sync_ends_at_a_checkpoint_and_is_gone_on_with(shelf, memory, wish, state):
    wish_in_the_middle(memory, lambda: wish(source=shelf))
    run = sync_source(source=shelf)
    assert (run.state, run.seen, run.added, run.error) == (state, 4, 4, "")
    shelf.refresh_from_db()
    assert (shelf.listing_is_open, shelf.cursor) == (True, "4")
    resume_source(source=shelf)
    run = sync_source(source=shelf)
    assert (run.state, run.seen, run.added, run.deleted) == (SyncRun.State.DONE, 2, 2, 0)
    assert shelf.documents.count() == 6


def test_before_the_first_checkpoint_the_next_run_begins_anew(shelf, memory, monkeypatch):
    monkeypatch.setattr("ragportal.knowledge.sync.run_notes.WRITTEN_EVERY_SECONDS", 0.0)
    monkeypatch.setattr("ragportal.knowledge.sync.changes.TOLD_EVERY", 1)
    memory.checkpoint_every = None
    memory.before_listing = lambda: stop_sync(source=shelf)
    assert sync_source(source=shelf).state == SyncRun.State.STOPPED
    memory.before_listing = None
    run = sync_source(source=shelf)
    assert (run.state, run.seen) == (SyncRun.State.DONE, 6)


def test_a_stopped_listing_deletes_nothing(shelf, memory):
    sync_source(source=shelf)
    del memory.items["page 5"]
    memory.items["page 2"].text, memory.items["page 2"].fingerprint = "Another text.", "another"
    wish_in_the_middle(memory, lambda: stop_sync(source=shelf))
    assert sync_source(source=shelf).state == SyncRun.State.STOPPED
    assert shelf.documents.filter(removed_at=None).count() == 6


def test_a_paused_source_is_not_synced(shelf):
    pause_source(source=shelf)
    with pytest.raises(InvalidInput, match="paused since.*schedule NAME resume"):
        sync_source(source=shelf)
    with pytest.raises(InvalidInput, match="paused"):
        start_sync(source=shelf)
    assert not SyncRun.objects.exists()


def test_there_must_be_something_to_stop(shelf):
    with pytest.raises(InvalidInput, match="No sync of Handbook is running"):
        stop_sync(source=shelf)


def test_a_start_hands_the_source_to_a_worker_once(shelf):
    start_sync(source=shelf)
    start_sync(source=shelf)
    item = WorkItem.objects.get()
    assert (item.name, item.arguments) == ("sync_source", {"source": shelf.pk})


@pytest.mark.parametrize("minutes", [-1, 10_000_000])
def test_a_schedule_out_of_bounds_is_refused(shelf, minutes):
    with pytest.raises(InvalidInput, match="cannot be the time between two syncs"):
        schedule_source(source=shelf, every_minutes=minutes)


def test_who_did_what_is_on_the_audit_trail(shelf):
    pause_source(source=shelf, actor_id=7)
    pause_source(source=shelf, actor_id=7)
    resume_source(source=shelf, actor_id=8)
    schedule_source(source=shelf, every_minutes=60)
    told = AuditRecord.objects.order_by("sequence").values_list("action", "actor_id")
    assert list(told) == [("source.paused", 7), ("source.resumed", 8), ("source.scheduled", None)]
