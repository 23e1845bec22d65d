"""What no database can keep stops neither the sync nor any other document, and lets nobody in."""

import random

import pytest

from connectors.base import Deleted, DocumentAccess, Failed, ReaderSet, SourceError, SourceGroup, SyncCursor
from ragportal.access.models import Principal
from ragportal.common.errors import Unavailable
from ragportal.knowledge.models import Document, DocumentFailure
from ragportal.knowledge.sync.storable_source import StorableSource
from ragportal.knowledge.sync.sync_source import sync_source
from tests.factories.memory_source import MemoryConnector, person, readers

ADA = "ada@harbour.example"
LONG = "".join(random.Random(3).choices([chr(code) for code in range(0x4E00, 0x9000)], k=1000))
"""A thousand characters that no index can pack into less than 3,000 bytes."""
CHUNKY = "\U00020000" * 400
UNUSABLE = ["a\0b", "a\ud800b"]


def synced(source):
    run = sync_source(source=source)
    shown = set(Document.objects.filter(current_version__isnull=False).values_list("external_id", flat=True))
    return run.failed, shown


@pytest.fixture(autouse=True)
def another_document(memory):
    memory.put("plain", "Hotels cost 180.", readers(ADA))


@pytest.mark.parametrize("name", [*UNUSABLE, LONG])
def test_an_id_that_cannot_be_kept_leaves_out_its_document_alone(source, memory, name):
    memory.put(name, "Hotels cost 200.", readers(ADA))
    assert synced(source) == (1, {"plain"})
    assert "cannot be stored" in DocumentFailure.objects.get().reason


def test_the_longest_id_that_can_be_kept_is(source, memory):
    memory.put(LONG[:800], "Hotels cost 200.", readers(ADA))
    assert synced(source) == (0, {"plain", LONG[:800]})


@pytest.mark.parametrize("key", [*UNUSABLE, "k" * 401])
@pytest.mark.parametrize("late", [False, True])
def test_a_reader_who_cannot_be_kept_leaves_out_the_document(source, memory, key, late):
    fine, unusable = readers(ADA), DocumentAccess((ReaderSet(frozenset({person(key)})),))
    memory.put("odd", "Hotels cost 200.", unusable, listed_access=fine if late else unusable)
    assert synced(source) == (1, {"plain"})


def test_the_longest_readers_that_can_be_kept_are(source, memory):
    space = ReaderSet(frozenset({person(CHUNKY[:300])}), ("space", CHUNKY))
    memory.put("wide", "Hotels cost 200.", DocumentAccess((space,)))
    assert synced(source) == (0, {"plain", "wide"})


@pytest.mark.parametrize("text", [*UNUSABLE, "n" * 5000])
def test_words_for_people_are_kept_as_far_as_they_can_be(source, memory, text):
    odd = person("odd")
    odd = type(odd)("user", "odd", name=text, email=f"{text}@harbour.example")
    access = DocumentAccess((ReaderSet(frozenset({odd})),), classification=text, department=text)
    memory.put("odd", "Hotels cost 200.", access, title=text, fingerprint=text)
    memory.refused["other"] = f"Because of {text}."
    assert synced(source) == (1, {"plain", "odd"})
    assert Document.objects.get(external_id="odd").access_rule.classification == "restricted"
    assert Principal.objects.get(key="odd").email == ""
    assert synced(source)[1] == {"plain", "odd"}


@pytest.mark.parametrize("key", UNUSABLE)
def test_a_group_that_cannot_be_kept_is_not_half_read(source, memory, key):
    memory.groups.append(SourceGroup(person(key), frozenset({person(ADA)})))
    with pytest.raises(Unavailable, match="cannot be stored"):
        sync_source(source=source)


def test_nothing_else_is_changed(source, memory):
    memory.refused["other"] = "No."
    memory.deleted = ["gone", "a\0b"]
    memory.groups.append(SourceGroup(person("g"), frozenset({person(ADA)})))
    connector = MemoryConnector(source.config)
    storable = StorableSource(connector)
    said = list(connector.changes(SyncCursor("")))
    assert list(storable.changes(SyncCursor(""))) == [change for change in said if change != Deleted("a\0b")]
    assert any(isinstance(change, Failed) for change in said)
    assert list(storable.groups()) == memory.groups
    assert storable.access("plain") == readers(ADA)
    assert storable.access("nowhere") is None
    assert storable.check() == connector.check() == []


def test_its_own_errors_go_through(source, memory):
    memory.put("closed", "Hotels.", SourceError("Nobody knows.", permanent=False))
    with pytest.raises(SourceError, match="Nobody knows"):
        StorableSource(MemoryConnector(source.config)).access("closed")
