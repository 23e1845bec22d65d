"""Readers that were told before a text was read count no more than those that are told after it."""

import pytest

from connectors.base import DocumentAccess, ReaderSet, SourceError
from ragportal.access.models import Grant
from ragportal.access.services import rule_for
from ragportal.knowledge.documents import intake
from ragportal.knowledge.models import DocumentFailure
from ragportal.knowledge.sync.sync_source import sync_source
from tests.factories.memory_source import person, readers

ADA, BOB = "ada@harbour.example", "bob@harbour.example"


def rule(source, *emails, **attributes):
    return rule_for(source_id=source.pk, access=readers(*emails, **attributes))


def space(*emails):
    return DocumentAccess((ReaderSet(frozenset(map(person, emails)), ("space", "1")),))


def published(source):
    rows = source.documents.filter(removed_at=None, current_version__isnull=False)
    return dict(rows.values_list("external_id", "current_version__text"))


class TestOlderThanTheText:
    """A listing is older than the reading of a text, so what it says of readers may hold no more."""

    def test_a_text_found_to_be_the_same_gets_the_readers_of_now(self, source, memory):
        memory.put("travel", "Hotels.", readers(BOB))
        sync_source(source=source)
        memory.put("travel", "Hotels.", readers(BOB), listed_access=readers(ADA, BOB), fingerprint="touched")
        sync_source(source=source)
        assert source.documents.get().access_rule == rule(source, BOB)

    def test_a_text_found_to_be_the_same_but_gone_since_is_removed(self, source, memory):
        memory.put("travel", "Hotels.", readers(BOB))
        sync_source(source=source)
        memory.put("travel", "Hotels.", readers(BOB), fingerprint="touched")
        memory.before_access = lambda name: memory.items.pop(name, None)
        sync_source(source=source)
        assert published(source) == {}

    def test_a_moved_document_gets_the_readers_of_now(self, source, memory):
        memory.put("old/travel", "Hotels.", readers(BOB), title="Travel")
        sync_source(source=source)
        del memory.items["old/travel"]
        memory.put("new/travel", "Hotels.", readers(BOB), title="Travel", listed_access=readers(ADA, BOB))
        assert sync_source(source=source).moved == 1
        assert source.documents.get().access_rule == rule(source, BOB)

    @pytest.mark.parametrize("touched", ["settled", "moved", "listed"])
    def test_a_container_is_not_opened_again(self, source, memory, touched, monkeypatch):
        monkeypatch.setattr(intake, "LISTED_AT_ONCE", 1)
        monkeypatch.setattr(intake, "CHUNKS_FOR_AN_IDLE_EMBEDDER", 1)
        for name in ("travel", "menu"):
            memory.put(name, f"A {name}.", space(ADA, BOB), title=name, fingerprint="first")
        sync_source(source=source)
        memory.put("travel", "Secret hotels.", space(BOB), listed_access=space(ADA, BOB))
        menu = memory.items.pop("menu")
        menu.access, menu.listed_access = space(BOB), space(ADA, BOB)
        menu.fingerprint = "first" if touched == "listed" else "touched"
        memory.checkpoint_every = 1 if touched == "listed" else None  # so that the hotels are published before
        memory.items["new/menu" if touched == "moved" else "menu"] = menu
        sync_source(source=source)
        grants = Grant.objects.filter(reader_set__name=f"{source.pk}:space:1")
        assert set(grants.values_list("principal__email", flat=True)) == {BOB}


class TestUnreadablePermissions:
    """Of a document that was published before: nobody reads it until they can be read again."""

    @pytest.fixture
    def broken(self, source, memory):
        memory.put("travel", "Hotels.", readers(ADA))
        sync_source(source=source)
        memory.items["travel"].listed_access = readers(ADA)
        memory.items["travel"].access = SourceError("No right to read permissions.", permanent=True)
        return memory.items["travel"]

    @pytest.mark.parametrize("change", ["refused", "touched", "new text"])
    def test_keep_it_out(self, source, memory, broken, change):
        if change == "refused":
            memory.refused["travel"] = "It is locked."
        if change == "new text":
            broken.text = "Hostels."
        broken.fingerprint = "touched"
        assert sync_source(source=source).failed == 1
        assert source.documents.get().access_rule.set_count == 0
        assert "No right to read permissions" in DocumentFailure.objects.get().reason
        memory.refused.clear()
        broken.access = readers(ADA)
        sync_source(source=source)
        assert source.documents.get().access_rule == rule(source, ADA)
