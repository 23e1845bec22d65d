"""What happened to a document stands in its history, by which run and when."""

import pytest

from connectors.base import SourceError
from ragportal.knowledge.documents import publishing
from ragportal.knowledge.models import DocumentChange
from ragportal.knowledge.selectors import history_of
from ragportal.knowledge.sync.sync_source import sync_source
from tests.factories.memory_source import readers

ADA, BOB = "ada@harbour.example", "bob@harbour.example"


def history(source, name="travel"):
    return [change.what for change in reversed(history_of(source=source, external_id=name))]


def test_a_life_of_a_document(source, memory):
    memory.put("travel", "Hotels.", readers(ADA))
    first = sync_source(source=source)
    sync_source(source=source)
    memory.put("travel", "Hostels.", readers(ADA))
    sync_source(source=source)
    memory.items["travel"].access = readers(BOB)
    sync_source(source=source)
    item = memory.items.pop("travel")
    sync_source(source=source)
    memory.items["travel"] = item
    last = sync_source(source=source)
    assert history(source) == ["added", "changed", "access", "removed", "restored"]
    runs = DocumentChange.objects.order_by("pk").values_list("run_id", flat=True)
    assert (runs[0], runs[4]) == (first.pk, last.pk)


def test_a_restored_document_that_lost_its_tombstone_alone(source, memory, monkeypatch):
    memory.put("travel", "Hotels.", readers(ADA))
    sync_source(source=source)
    item = memory.items.pop("travel")
    with monkeypatch.context() as late:
        late.setattr("ragportal.knowledge.sync.sync_source.finish_index_work", lambda **_: 0)
        sync_source(source=source)
    memory.items["travel"] = item
    sync_source(source=source)
    assert history(source) == ["added", "removed", "restored"]


def test_a_move_is_told_under_both_ids(source, memory):
    memory.put("old/travel", "Hotels.", readers(ADA))
    sync_source(source=source)
    del memory.items["old/travel"]
    memory.put("new/travel", "Hotels.", readers(ADA))
    sync_source(source=source)
    assert history(source, "new/travel")[:2] == history(source, "old/travel")[:2] == ["added", "moved"]


def test_a_failure_is_told_when_it_is_news(source, memory):
    memory.put("travel", "Hotels.", readers(ADA), unreadable=SourceError("It is locked.", permanent=False))
    sync_source(source=source)
    sync_source(source=source)
    assert history(source) == ["failed"]
    memory.items["travel"].unreadable = SourceError("It is too large.", permanent=True)
    sync_source(source=source)
    assert history(source) == ["failed", "failed"]


def test_what_is_rolled_back_is_not_told(source, memory, monkeypatch):
    def crash(*args):
        raise KeyboardInterrupt

    monkeypatch.setattr(publishing, "resolve_failures", crash)  # the last step of publishing
    memory.put("travel", "Hotels.", readers(ADA))
    with pytest.raises(KeyboardInterrupt):
        sync_source(source=source)
    assert history(source) == []
