"""Replaced versions and removed documents are kept for a while, and then no more."""

from datetime import UTC, datetime, timedelta
from email.message import EmailMessage

import pytest
import time_machine

from ragportal.common.engines import the_index
from ragportal.knowledge.models import Chunk, Document, DocumentChange, Version
from ragportal.knowledge.sync.sync_source import sync_source
from tests.factories.memory_source import readers

ADA = "ada@harbour.example"
NOON = datetime(2026, 3, 2, 12, tzinfo=UTC)


@pytest.fixture
def clock(tenant):
    with time_machine.travel(NOON, tick=False) as travelling:
        yield travelling


def texts():
    return set(Version.objects.values_list("text", flat=True))


def test_a_replaced_version(source, memory, clock):
    for text in ("Hotels.", "Hostels."):
        memory.put("travel", text, readers(ADA))
        sync_source(source=source)
    clock.shift(timedelta(days=29))
    sync_source(source=source)
    assert texts() == {"Hotels.", "Hostels."}
    clock.shift(timedelta(days=1, seconds=1))
    sync_source(source=source)
    assert texts() == {"Hostels."}
    assert set(Chunk.objects.values_list("text", flat=True)) == {"Hostels."}


def test_a_removed_document(source, memory, clock):
    memory.put("travel", "Hotels.", readers(ADA))
    sync_source(source=source)
    memory.items.clear()
    sync_source(source=source)
    clock.shift(timedelta(days=30, seconds=1))
    sync_source(source=source)
    assert (Document.objects.count(), Version.objects.count()) == (0, 0)
    assert the_index().verify([]) == []


def test_a_removed_mail_goes_with_what_came_within_it(source, memory, clock):
    mail = EmailMessage()
    mail["Subject"], mail["From"] = "Anchors", "Cora <cora@supplier.example>"
    mail.set_content("See the file.")
    mail.add_attachment(b"The anchor costs 4711 euros.", maintype="text", subtype="plain", filename="prices.txt")
    memory.put("mail.eml", mail.as_string(), readers(ADA))
    assert sync_source(source=source).added == 2
    memory.items.clear()
    sync_source(source=source)
    clock.shift(timedelta(days=30, seconds=1))
    sync_source(source=source)
    assert (Document.objects.count(), Version.objects.count()) == (0, 0)
    assert the_index().verify([]) == []


def test_nothing_that_the_index_may_still_hold(source, memory, clock, monkeypatch):
    memory.put("travel", "Hotels.", readers(ADA))
    sync_source(source=source)
    memory.items.clear()
    monkeypatch.setattr("ragportal.knowledge.sync.sync_source.finish_index_work", lambda **_: 0)
    sync_source(source=source)
    clock.shift(timedelta(days=31))
    sync_source(source=source)
    assert texts() == {"Hotels."}


def test_the_history_is_kept_longer(source, memory, clock):
    memory.put("travel", "Hotels.", readers(ADA))
    sync_source(source=source)
    clock.shift(timedelta(days=365))
    sync_source(source=source)
    assert DocumentChange.objects.count() == 1
    clock.shift(timedelta(seconds=1))
    sync_source(source=source)
    assert DocumentChange.objects.count() == 0
