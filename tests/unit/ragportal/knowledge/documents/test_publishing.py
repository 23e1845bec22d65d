"""Whatever step is the last before a crash: one version is found all the time, and the next run repairs the rest."""

import pytest

from integrations.index.embedded import EmbeddedIndex
from ragportal.access.services import rule_for
from ragportal.common.engines import the_index
from ragportal.knowledge.documents import index_work, intake, publishing
from ragportal.knowledge.documents.index_work import finish_index_work
from ragportal.knowledge.models import Document, SyncRun, Version
from ragportal.knowledge.sync.group_members import GroupMembers
from ragportal.knowledge.sync.sync_source import sync_source
from ragportal.knowledge.work_lock import AlreadyRunning
from tests.factories.memory_source import readers

ADA, BOB = "ada@harbour.example", "bob@harbour.example"


class Crash(Exception):
    """The process ends here."""


POINTS = {
    "before staging": (publishing, "stage", "before", 1),
    "staged, not in the index": (publishing, "stage", "after", 1),
    "while the index writes": (EmbeddedIndex, "write", "before", 1),
    "in the index, not published": (EmbeddedIndex, "write", "after", 1),
    "before publishing": (publishing, "publish", "before", 1),
    "published, not dropped": (publishing, "publish", "after", 1),
    "before the old version is dropped": (EmbeddedIndex, "write", "before", 2),
    "dropped, not marked": (EmbeddedIndex, "write", "after", 2),
    "before the index learns of rules": (EmbeddedIndex, "set_rules", "before", 1),
    "the index knows of rules, not marked": (EmbeddedIndex, "set_rules", "after", 1),
    "before the counts are noted": (intake, "publish_documents", "after", 1),
    "before the index work": (index_work, "retire_removed", "before", 1),
}


@pytest.fixture(params=POINTS)
def crash_once(request, monkeypatch):
    """Arm the crash: the nth call of one function raises, before or after it did its work."""
    owner, name, when, nth = POINTS[request.param]
    original, calls = getattr(owner, name), []

    def crashing(*args, **kwargs):
        calls.append(name)
        if len(calls) == nth and when == "before":
            raise Crash
        result = original(*args, **kwargs)
        if len(calls) == nth:
            raise Crash
        return result

    return lambda: monkeypatch.setattr(owner, name, crashing)


def expected_in_index():
    rows = Document.objects.filter(removed_at=None, current_version__isnull=False)
    return list(rows.values_list("pk", "current_version_id", "access_rule_id"))


def sync_into_crash(source):
    try:
        sync_source(source=source)
    except Crash:
        assert source.runs.order_by("pk").last().state == SyncRun.State.FAILED


def test_a_changed_document(source, memory, crash_once, found_under):
    rule = rule_for(source_id=source.pk, access=readers(ADA))
    memory.put("travel", "Hotels cost 180.", readers(ADA))
    memory.put("moving", "Hotels are booked by phone.", readers(BOB))
    sync_source(source=source)
    memory.put("travel", "Hotels cost 220.", readers(ADA))
    memory.put("moving", "Hotels are booked by phone.", readers(ADA))
    crash_once()
    sync_into_crash(source)
    assert "travel" in found_under("hotels", rule)
    assert "moving" not in found_under("hotels", rule_for(source_id=source.pk, access=readers(BOB)))
    sync_source(source=source)
    assert found_under("220", rule) == {"travel"}
    assert found_under("hotels", rule) == {"travel", "moving"}
    assert the_index().verify(expected_in_index()) == []
    assert not Version.objects.filter(state__in=[Version.State.STAGED, Version.State.RETIRED]).exists()


def test_a_new_document(source, memory, crash_once, found_under):
    memory.put("travel", "Hotels cost 180.", readers(ADA))
    crash_once()
    sync_into_crash(source)
    sync_source(source=source)
    assert found_under("hotels", rule_for(source_id=source.pk, access=readers(ADA))) == {"travel"}
    assert source.documents.count() == 1
    assert the_index().verify(expected_in_index()) == []


def test_a_removed_document(source, memory, crash_once, found_under):
    memory.put("travel", "Hotels cost 180.", readers(ADA))
    sync_source(source=source)
    memory.items.clear()
    crash_once()
    sync_into_crash(source)
    sync_source(source=source)
    assert found_under("hotels", rule_for(source_id=source.pk, access=readers(ADA))) == set()
    assert the_index().verify([]) == []


@pytest.mark.parametrize("step", ["meet", "settle", "stage", "publish", "let in"])
def test_a_worker_that_was_taken_over_writes_no_more(source, memory, monkeypatch, step):
    owner, name = {
        "meet": (intake, "meet"),
        "settle": (intake, "settle"),
        "stage": (publishing, "stage"),
        "publish": (publishing, "publish"),
        "let in": (GroupMembers, "let_in"),
    }[step]
    memory.put("travel", "Hotels cost 180.", readers(ADA))
    sync_source(source=source)
    text = "Hotels cost 180." if step == "settle" else "Hotels cost 200."
    memory.put("travel", text, readers(ADA), fingerprint="touched")
    original = getattr(owner, name)

    def asleep(*args, **kwargs):
        monkeypatch.setattr(owner, name, original)
        memory.put("travel", "Hotels cost 220.", readers(BOB))
        sync_source(source=source, take_over=True)
        return original(*args, **kwargs)

    monkeypatch.setattr(owner, name, asleep)
    with pytest.raises(AlreadyRunning, match="taken over"):
        sync_source(source=source)
    document = Document.objects.get()
    assert document.current_version.text == "Hotels cost 220."
    assert document.access_rule == rule_for(source_id=source.pk, access=readers(BOB))


def test_a_rule_told_between_staging_and_publishing_is_told_again(source, memory, tenant, monkeypatch):
    memory.put("travel", "Hotels cost 180.", readers(ADA))
    sync_source(source=source)
    memory.put("travel", "Hotels cost 220.", readers(BOB))
    original = publishing.publish

    def publish_late(*args, **kwargs):
        finish_index_work(tenant=tenant)  # another process: tells the index the narrowed rule
        original(*args, **kwargs)

    monkeypatch.setattr(publishing, "publish", publish_late)
    sync_source(source=source)
    assert the_index().verify(expected_in_index()) == []


def test_loss_holds_at_once_and_gain_after_the_index_work(source, memory, tenant, found_under, monkeypatch):
    count = index_work.BATCH + 100
    for number in range(count):
        memory.put(f"page {number}", "Hotels.", readers(ADA))
    sync_source(source=source)
    ada, bob = (rule_for(source_id=source.pk, access=readers(who)) for who in (ADA, BOB))
    for item in memory.items.values():
        item.access = readers(BOB)
    monkeypatch.setattr("ragportal.knowledge.sync.sync_source.finish_index_work", lambda **options: 0)
    assert sync_source(source=source).access_changed == count
    assert (found_under("hotels", ada), found_under("hotels", bob)) == (set(), set())
    assert finish_index_work(tenant=tenant) == count
    assert len(found_under("hotels", bob)) == 100
    assert the_index().verify(expected_in_index()) == []
