"""A former text can be put in the place of a bad one, under today's readers, until the source changes."""

import pytest

from ragportal.access.services import rule_for
from ragportal.audit.models import AuditRecord
from ragportal.common.engines import the_index
from ragportal.common.errors import InvalidInput
from ragportal.knowledge.documents.erased import erased_digest
from ragportal.knowledge.documents.reindex import reindex
from ragportal.knowledge.models import Document, ErasedDocument
from ragportal.knowledge.sync.rollback import rollback_document
from ragportal.knowledge.sync.sync_source import sync_source
from tests.factories.memory_source import readers

ADA, BOB = "ada@harbour.example", "bob@harbour.example"
GOOD, BAD = "Hotels cost 180 euros.", "Hotels cost 18000 euros."


@pytest.fixture
def travel(source, memory):
    for text in (GOOD, BAD):
        memory.put("travel", text, readers(ADA))
        sync_source(source=source)
    return source.documents.get()


def text_of(document):
    document.refresh_from_db()
    return document.current_version.text


def expected_in_index():
    return list(Document.objects.values_list("pk", "current_version_id", "access_rule_id"))


def test_the_former_text_is_found_under_the_readers_of_today(source, memory, travel, found_under):
    memory.items["travel"].access = readers(BOB)
    version = rollback_document(document=travel, actor_id=7)
    assert (version.number, text_of(travel)) == (3, GOOD)
    ada, bob = (rule_for(source_id=source.pk, access=readers(who)) for who in (ADA, BOB))
    assert (found_under("hotels", ada), found_under("180", bob)) == (set(), {"travel"})
    assert found_under("18000", bob) == set()
    assert the_index().verify(expected_in_index()) == []
    assert AuditRecord.objects.filter(action="document.rolled_back", actor_id=7).count() == 1


class TestPin:
    def test_it_stays_while_the_source_stays(self, source, memory, travel):
        rollback_document(document=travel)
        sync_source(source=source)
        assert text_of(travel) == GOOD
        memory.items["travel"].fingerprint = "touched"
        assert sync_source(source=source).changed == 0
        assert text_of(travel) == GOOD

    def test_another_recipe_does_not_lift_it(self, source, memory, travel, monkeypatch):
        rollback_document(document=travel)
        monkeypatch.setattr("ragportal.knowledge.documents.recipe.TEXT_RECIPE", 99)
        sync_source(source=source)
        assert text_of(travel) == GOOD

    def test_a_reindex_keeps_it(self, source, memory, travel, tenant):
        rollback_document(document=travel)
        reindex(tenant=tenant)
        sync_source(source=source)
        assert text_of(travel) == GOOD

    def test_new_content_at_the_source_ends_it(self, source, memory, travel):
        rollback_document(document=travel)
        memory.put("travel", "Hotels cost 200 euros.", readers(ADA))
        sync_source(source=source)
        assert text_of(travel) == "Hotels cost 200 euros."
        memory.put("travel", BAD, readers(ADA))
        sync_source(source=source)
        assert text_of(travel) == BAD

    def test_going_forward_again_ends_it(self, source, memory, travel):
        rollback_document(document=travel)
        rollback_document(document=travel)
        assert text_of(travel) == BAD
        assert travel.pinned_content == ""

    def test_access_still_follows_the_source(self, source, memory, travel, found_under):
        rollback_document(document=travel)
        memory.items["travel"].access = readers(BOB)
        sync_source(source=source)
        assert found_under("hotels", rule_for(source_id=source.pk, access=readers(BOB))) == {"travel"}


class TestRefusals:
    def test_there_must_be_a_former_text(self, source, memory):
        memory.put("travel", GOOD, readers(ADA))
        sync_source(source=source)
        with pytest.raises(InvalidInput, match="No former version"):
            rollback_document(document=source.documents.get())

    def test_an_unknown_version_names_the_known(self, travel):
        with pytest.raises(InvalidInput, match="No version 9 of it is kept.*another text: 1"):
            rollback_document(document=travel, number=9)

    def test_a_document_that_is_gone_at_the_source(self, memory, travel):
        del memory.items["travel"]
        with pytest.raises(InvalidInput, match="gone"):
            rollback_document(document=travel)
        assert text_of(travel) == BAD

    def test_a_removed_document(self, source, memory, travel):
        del memory.items["travel"]
        sync_source(source=source)
        with pytest.raises(InvalidInput, match="removed"):
            rollback_document(document=travel)

    def test_an_erased_document(self, source, travel):
        ErasedDocument.objects.create(source=source, digest=erased_digest(source, "travel"))
        with pytest.raises(InvalidInput, match="erased"):
            rollback_document(document=travel)
