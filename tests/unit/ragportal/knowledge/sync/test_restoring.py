"""Deletions that the source states hide at once; many of them raise an alarm and can be taken back."""

import pytest

from connectors.base import SourceError
from ragportal.access.services import rule_for
from ragportal.audit.models import AuditRecord
from ragportal.common.engines import the_index
from ragportal.common.errors import InvalidInput
from ragportal.knowledge.documents.erased import erased_digest
from ragportal.knowledge.models import Document, ErasedDocument, SyncRun
from ragportal.knowledge.sync.restoring import Restored, restore_documents
from ragportal.knowledge.sync.sync_source import sync_source
from tests.factories.memory_source import readers

ADA, BOB = "ada@harbour.example", "bob@harbour.example"


@pytest.fixture
def shelf(source, memory):
    for number in range(30):
        memory.put(f"page {number}", f"Page number {number} of hotels.", readers(ADA))
    sync_source(source=source)
    return source


def state_deletions(shelf, memory, count):
    """The source says so, and names none of them in what it lists; yet it has them."""
    memory.deleted = [f"page {number}" for number in range(count)]
    memory.hidden, memory.complete = set(memory.items), False
    return sync_source(source=shelf)


def shown():
    return Document.objects.filter(removed_at=None, current_version__isnull=False)


def test_a_few_are_no_alarm(shelf, memory):
    run = state_deletions(shelf, memory, 19)
    assert (run.deleted, run.stated_deletions, run.alarm, shown().count()) == (19, 19, "", 11)


def test_many_are_hidden_and_told(shelf, memory):
    run = state_deletions(shelf, memory, 20)
    assert (run.state, run.deleted, shown().count()) == (SyncRun.State.DONE, 20, 10)
    assert "restore_documents" in SyncRun.objects.get(pk=run.pk).alarm
    assert AuditRecord.objects.filter(action="source.many_deletions").count() == 1


def test_those_that_are_there_come_back_to_the_readers_of_today(shelf, memory, found_under):
    state_deletions(shelf, memory, 20)
    del memory.items["page 0"]
    memory.items["page 1"].access = SourceError("Try later.", permanent=False)
    memory.items["page 2"].access = readers(BOB)
    ErasedDocument.objects.create(source=shelf, digest=erased_digest(shelf, "page 3"))
    assert restore_documents(source=shelf) == Restored(restored=17, gone=1, untold=1)
    bob = rule_for(source_id=shelf.pk, access=readers(BOB))
    assert found_under("hotels", bob) == {"page 2"}
    ada = rule_for(source_id=shelf.pk, access=readers(ADA))
    assert found_under("hotels", ada) == {f"page {number}" for number in range(4, 30)}
    rows = shown().values_list("pk", "current_version_id", "access_rule_id")
    assert the_index().verify(rows) == []


def test_again_finds_nothing_left_to_do(shelf, memory):
    run = state_deletions(shelf, memory, 20)
    restore_documents(source=shelf, run_id=run.pk)
    assert restore_documents(source=shelf, run_id=run.pk) == Restored(0, 0, 0)


def test_without_an_alarm_a_sync_must_be_named(shelf):
    with pytest.raises(InvalidInput, match="No sync of it raised an alarm"):
        restore_documents(source=shelf)
    with pytest.raises(InvalidInput, match="no sync 999"):
        restore_documents(source=shelf, run_id=999)
