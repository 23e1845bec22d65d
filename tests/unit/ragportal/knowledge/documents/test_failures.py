"""A document that failed for good is tried again when something changed, and not before."""

import pytest

from connectors.base import SourceError
from ragportal.knowledge.documents import intake
from ragportal.knowledge.models import DocumentFailure
from ragportal.knowledge.sync.sync_source import sync_source
from tests.factories.memory_source import readers

ADA, BOB = "ada@harbour.example", "bob@harbour.example"


@pytest.fixture
def broken(source, memory):
    """A document that cannot be parsed, tried once."""
    memory.put("travel", " ", readers(ADA))
    assert sync_source(source=source).failed == 1
    return source


def test_it_is_not_read_again_while_it_is_the_same(broken, memory):
    reads = memory.reads
    run = sync_source(source=broken)
    assert (run.failed, run.done, memory.reads) == (1, 1, reads)
    assert DocumentFailure.objects.count() == 1


def test_a_change_is_read(broken, memory):
    memory.put("travel", "Hotels.", readers(ADA))
    run = sync_source(source=broken)
    assert (run.failed, run.added, DocumentFailure.objects.count()) == (0, 1, 0)


def test_whoever_asks_for_it_gets_another_try(broken, memory):
    reads = memory.reads
    assert sync_source(source=broken, retry_failures=True).failed == 1
    assert memory.reads == reads + 1


def test_another_recipe_is_another_try(broken, memory, monkeypatch):
    reads = memory.reads
    monkeypatch.setattr(intake, "current_recipe", lambda embedder: "another")
    sync_source(source=broken)
    assert memory.reads == reads + 1


def test_another_limit_is_another_try(broken, memory, settings):
    reads = memory.reads
    settings.DOCUMENT_MB += 1
    sync_source(source=broken)
    assert memory.reads == reads + 1


def test_what_may_pass_by_itself_is_tried_each_time(source, memory):
    memory.put("travel", "Hotels.", readers(ADA), unreadable=SourceError("It is locked.", permanent=False))
    for reads in (1, 2):
        sync_source(source=source)
        assert memory.reads == reads


def test_who_may_read_it_is_asked_each_time(source, memory):
    memory.put("travel", "Hotels.", SourceError("No right to read permissions.", permanent=True))
    sync_source(source=source)
    memory.items["travel"].access = readers(ADA)
    assert sync_source(source=source).added == 1


def test_its_old_text_still_loses_readers(source, memory):
    memory.put("travel", "Hotels.", readers(ADA, BOB))
    sync_source(source=source)
    memory.put("travel", " ", readers(ADA, BOB))
    sync_source(source=source)
    memory.items["travel"].access = readers(BOB)
    sync_source(source=source)
    rule = source.documents.get().access_rule
    assert rule.set_count == 2
    assert {readers.reader_set.grants.count() for readers in rule.reader_set_rows.all()} == {1, 2}
