"""Which syncs say anew since when the permissions of a source are known, and what happens where none does."""

from datetime import UTC, datetime, timedelta

import pytest
import time_machine

from connectors.base import SourceError
from ragportal.access.asker import Situation
from ragportal.access.models import Channel
from ragportal.access.selectors import access_age, asker_of
from ragportal.common.errors import Unavailable
from ragportal.knowledge.explanations import explain_document
from ragportal.knowledge.sync.control import resume_source, stop_sync
from ragportal.knowledge.sync.sync_source import sync_source
from tests.factories.memory_source import readers
from tests.factories.people import make_member

ADA = "ada@harbour.example"
NOON = datetime(2026, 3, 2, 12, tzinfo=UTC)
LATER = NOON + timedelta(hours=25)


@pytest.fixture
def clock(tenant):
    with time_machine.travel(NOON, tick=False) as travelling:
        yield travelling


@pytest.fixture
def shelf(clock, source, memory):
    """Thirty documents that were synced at noon; the clock stands a day and an hour later."""
    make_member(ADA)
    for number in range(30):
        memory.put(f"page {number}", f"Page number {number} of hotels.", readers(ADA))
    sync_source(source=source)
    clock.move_to(LATER)
    return source


def as_of(source):
    return access_age(source_id=source.pk).as_of


def test_a_good_sync_counts_from_its_beginning(shelf, memory, clock):
    memory.before_listing = lambda: clock.shift(timedelta(hours=3))
    sync_source(source=shelf)
    assert as_of(shelf) == LATER


def remove_many(memory):
    for number in range(20):
        del memory.items[f"page {number}"]


def hide_behind_an_obstacle(memory):
    memory.complete, memory.hidden = False, {"page 1"}
    memory.items["page 1"].access = SourceError("It cannot be looked at.", permanent=False)


@pytest.mark.parametrize("spoil", [remove_many, hide_behind_an_obstacle])
def test_a_sync_that_did_not_look_at_each_document_does_not_count(shelf, memory, spoil):
    spoil(memory)
    sync_source(source=shelf)
    assert as_of(shelf) == NOON


def test_a_sync_that_fails_does_not_count(shelf, memory):
    memory.groups_break = True
    with pytest.raises(Unavailable):
        sync_source(source=shelf)
    assert as_of(shelf) == NOON


def test_what_is_kept_out_was_looked_at(shelf, memory):
    """Nobody reads it, so nothing old lets anybody in."""
    memory.items["page 1"].access = SourceError("No right to read permissions.", permanent=True)
    memory.items["page 1"].fingerprint = "another"
    assert sync_source(source=shelf).failed == 1
    assert as_of(shelf) == LATER


def test_a_listing_of_several_syncs_is_as_old_as_its_first_one(shelf, memory, clock):
    memory.checkpoint_every = 10
    memory.before_listing = lambda: stop_sync(source=shelf)
    sync_source(source=shelf)
    assert as_of(shelf) == NOON
    memory.before_listing = None
    clock.shift(timedelta(hours=2))
    resume_source(source=shelf)
    sync_source(source=shelf)
    assert as_of(shelf) == LATER


def test_after_a_day_it_is_told_and_after_a_week_hidden_until_a_good_sync(clock, source, memory, seen_by):
    ada = make_member(ADA)
    memory.put("page 3", "Page number 3 of hotels.", readers(ADA))
    sync_source(source=source)

    def state():
        age = access_age(source_id=source.pk)
        return bool(seen_by(ada, "hotels")), age.alarm, age.hidden

    assert state() == (True, False, False)
    clock.move_to(NOON + timedelta(hours=24))
    assert state() == (True, True, False)
    clock.move_to(NOON + timedelta(days=7))
    assert state() == (False, True, True)
    explanation = explain_document(
        asker=asker_of(ada), document=source.documents.get(), situation=Situation(Channel.WEB)
    )
    assert not explanation.allowed
    assert any("hidden" in condition.sentence for condition in explanation.conditions if not condition.holds)
    sync_source(source=source)
    assert state() == (True, False, False)
