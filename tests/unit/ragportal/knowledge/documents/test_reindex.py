"""The index anew from the database."""

import shutil

import pytest

from ragportal.access.services import rule_for
from ragportal.common import engines
from ragportal.common.engines import the_index
from ragportal.common.errors import Unavailable
from ragportal.knowledge.documents.index_writing import patiently
from ragportal.knowledge.documents.reindex import reindex
from ragportal.knowledge.models import Document, Source, Version
from ragportal.knowledge.sync.sync_source import sync_source
from ragportal.knowledge.work_lock import source_work, work_lock
from tests.factories.embedder import FakeEmbedder
from tests.factories.memory_source import SOURCES, MemorySource, readers

ADA = "ada@harbour.example"


@pytest.fixture
def synced(source, memory):
    memory.put("travel", "Hotels cost up to 180 euros. " * 30, readers(ADA))
    memory.put("pay", "Cards are for hotels.", readers(ADA))
    sync_source(source=source)
    return source


def expected_in_index():
    rows = Document.objects.filter(removed_at=None, current_version__isnull=False)
    return list(rows.values_list("pk", "current_version_id", "access_rule_id"))


@pytest.mark.parametrize("damage", ["none", "gone", "garbage"])
def test_it_works_whatever_is_left_of_the_folder(synced, tenant, settings, damage, found_under):
    folder = settings.INDEX_DIR / str(tenant.pk)
    if damage == "gone":
        shutil.rmtree(folder)
    if damage == "garbage":
        for file in (file for file in folder.rglob("*") if file.is_file()):
            file.write_bytes(b"no index at all")
    assert reindex(tenant=tenant) == 2
    assert the_index().verify(expected_in_index()) == []
    assert found_under("hotels", rule_for(source_id=synced.pk, access=readers(ADA))) == {"travel", "pay"}
    assert not Document.objects.filter(indexed_rule_id=None).exists()


def test_texts_are_cut_anew_for_another_model(synced, tenant, monkeypatch):
    small = FakeEmbedder(dimension=32, window=40)
    monkeypatch.setattr(engines, "_embedder", lambda *args: small)
    before = Version.objects.get(document__external_id="travel")
    assert reindex(tenant=tenant) == 2
    travel = Document.objects.get(external_id="travel").current_version
    assert (travel.number, travel.text) == (2, before.text)
    assert travel.chunks.count() > before.chunks.count()
    assert the_index().verify(expected_in_index()) == []
    states = Version.objects.filter(document__external_id="travel").order_by("number")
    assert list(states.values_list("state", flat=True)) == [Version.State.DROPPED, Version.State.PUBLISHED]


def test_it_tells_how_far_it_is(synced, tenant):
    told = []
    reindex(tenant=tenant, progress=told.append)
    assert (told[-1].done, told[-1].expected) == (2, 2)


def test_a_running_sync_is_not_disturbed(synced, tenant):
    with work_lock(source_work(synced.pk), "A sync"), pytest.raises(Unavailable, match="already running"):
        reindex(tenant=tenant)


def test_a_full_disk_keeps_the_former_index(synced, tenant, monkeypatch, found_under):
    def full(self, batches, fences):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(type(the_index()), "rebuild", full)
    with pytest.raises(Unavailable, match="The disk is full"):
        reindex(tenant=tenant)
    assert found_under("hotels", rule_for(source_id=synced.pk, access=readers(ADA))) == {"travel", "pay"}


def test_a_source_that_is_added_meanwhile_is_not_lost(synced, tenant, monkeypatch, found_under):
    monkeypatch.setitem(patiently.__kwdefaults__, "seconds", 0.0)
    SOURCES["another"] = MemorySource()
    SOURCES["another"].put("trains", "Hotels at the station.", readers(ADA))
    added = []

    def add(progress):
        if not added:
            added.append(Source.objects.create(name="Another", kind="memory", config={"name": "another"}))
            with pytest.raises(Unavailable, match="writing the search index"):
                sync_source(source=added[0])

    reindex(tenant=tenant, progress=add)
    sync_source(source=added[0])
    assert found_under("hotels", rule_for(source_id=added[0].pk, access=readers(ADA))) == {"trains"}
    assert the_index().verify(expected_in_index()) == []
