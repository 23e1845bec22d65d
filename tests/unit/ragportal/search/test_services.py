"""Retrieval over a real database and index: nothing but what the asker may read now, and all of that."""

import pytest

from integrations.index.base import AllowedRules, Candidates, SearchQuery
from ragportal.access.asker import Situation
from ragportal.access.models import Channel, Grant
from ragportal.access.scope import scope_for
from ragportal.access.services import add_policy, revoke
from ragportal.common.engines import the_index
from ragportal.common.errors import InvalidInput
from ragportal.common.tenancy import use_tenant
from ragportal.knowledge.models import Chunk, Document
from ragportal.search import gather as gather_module
from ragportal.search.services import retrieve
from tests.factories.access import make_rule, user
from tests.factories.people import make_member, make_tenant

QUESTION = "Where are the bicycles kept?"
TEXT = "The bicycles are kept behind the harbour office."


def titles(found):
    return [passage.title for passage in found.passages]


class TestFinding:
    def test_gives_the_passage_with_its_place(self, library):
        document = library.add("Bicycles", TEXT)

        found = retrieve(QUESTION, library.scope())

        (passage,) = found.passages
        assert (passage.document_id, passage.text, passage.heading_path) == (document.pk, TEXT, ("Part",))
        assert [(block.start, block.end) for block in passage.blocks] == [(0, len(TEXT))]
        assert passage.chunk_ids == tuple(Chunk.objects.values_list("pk", flat=True))
        assert passage.cosine > 0.3 and passage.bm25 > 0
        assert found.dropped == 0
        assert set(found.milliseconds) == {"enrich", "embed", "search", "rank"}

    def test_best_comes_first(self, library):
        library.add("Lunch", "Lunch is served at noon in the canteen.")
        library.add("Bicycles", TEXT)

        assert titles(retrieve(QUESTION, library.scope()))[0] == "Bicycles"

    def test_text_of_a_passage_is_what_stands_at_its_offsets(self, library):
        document = library.add("Bicycles", TEXT, "Locks are at the desk.", "Lights are at the gate.")

        for passage in retrieve(QUESTION, library.scope()).passages:
            assert passage.text == document.current_version.text[passage.start : passage.end]

    def test_nothing_there(self, library):
        found = retrieve(QUESTION, library.scope())

        assert (found.passages, found.confidence, found.dropped) == ((), 0.0, 0)

    @pytest.mark.parametrize(
        "question", ['foo:bar ("x', "bicycles\x00\x07 kept", "¿Dónde están las bicicletas?", "AND OR NOT"]
    )
    def test_no_question_is_too_strange(self, library, question):
        library.add("Bicycles", TEXT)

        assert titles(retrieve(question, library.scope())) == ["Bicycles"]

    def test_an_empty_question_is_refused(self, library):
        with pytest.raises(InvalidInput, match="empty"):
            retrieve(" \x00 ", library.scope())


class TestToday:
    """The index says yes, today's tables say no."""

    def test_a_revoked_grant_counts_at_once(self, library):
        library.add("Bicycles", TEXT)
        scope = library.scope()
        readers = library.readers_of(library.rule)

        revoke(reader_set=readers, principal=Grant.objects.get(reader_set=readers).principal)

        found = retrieve(QUESTION, scope)
        assert (found.passages, found.dropped, found.confidence) == ((), 1, 0.0)

    def test_a_removed_document_is_gone(self, library):
        document = library.add("Bicycles", TEXT)
        Document.objects.filter(pk=document.pk).update(removed_at=document.modified_at)

        assert retrieve(QUESTION, library.scope()).passages == ()

    def test_a_moved_rule_counts_before_the_index_knows(self, library):
        document = library.add("Bicycles", TEXT)
        Document.objects.filter(pk=document.pk).update(access_rule=make_rule([user("eve@harbour.example")]))

        found = retrieve(QUESTION, library.scope())

        assert (found.passages, found.dropped) == ((), 1)

    def test_a_policy_added_after_the_scope_counts(self, library):
        library.add("Bicycles", TEXT)
        scope = library.scope()

        add_policy(name="internal only on the API", only_channel=Channel.API)

        assert retrieve(QUESTION, scope).passages == ()

    def test_the_situation_of_the_scope_counts(self, library):
        library.add("Bicycles", TEXT)
        scope = library.scope()
        add_policy(name="internal only on the web", only_channel=Channel.WEB)

        assert titles(retrieve(QUESTION, scope)) == ["Bicycles"]
        assert retrieve(QUESTION, scope_for(library.asker, Situation(Channel.SLACK))).passages == ()

    def test_a_person_who_left_finds_nothing(self, library):
        library.add("Bicycles", TEXT)
        scope = library.scope()
        library.ada.is_active = False
        library.ada.save()

        assert retrieve(QUESTION, scope).passages == ()

    def test_a_staged_version_is_found_by_nobody(self, library):
        document = library.add("Bicycles", TEXT)
        library.stage(document, "The bicycles were sold, says the draft.")

        found = retrieve(QUESTION, library.scope())

        assert [passage.text for passage in found.passages] == [TEXT]
        assert found.dropped == 1

    def test_a_replaced_version_is_found_no_more(self, library):
        document = library.add("Bicycles", TEXT)
        library.publish(document, library.stage(document, "The bicycles moved to the pier."))

        found = retrieve(QUESTION, library.scope())

        assert [passage.text for passage in found.passages] == ["The bicycles moved to the pier."]

    def test_another_tenants_scope_is_refused(self, library):
        scope = library.scope()
        with use_tenant(make_tenant("other").pk), pytest.raises(ValueError, match="another tenant"):
            retrieve(QUESTION, scope)

    def test_a_stranger_finds_nothing(self, library):
        library.add("Bicycles", TEXT)
        library.ada = make_member("eve@harbour.example")

        found = retrieve(QUESTION, library.scope())

        assert (found.passages, found.dropped) == ((), 0)


class TestFetchingOn:
    def test_stale_hits_are_made_up_for(self, library, monkeypatch):
        monkeypatch.setattr(gather_module, "FIRST_K", 5)
        for number in range(8):
            stale = library.add(f"Bicycles {number}", f"{TEXT} {QUESTION} Stale {number}.")
            Document.objects.filter(pk=stale.pk).update(removed_at=stale.modified_at)
        library.add("Bicycles", TEXT)

        found = retrieve(QUESTION, library.scope(), limit=1)

        assert titles(found) == ["Bicycles"]
        assert found.dropped == 8

    def test_one_long_document_does_not_fill_the_list(self, library, monkeypatch):
        monkeypatch.setattr(gather_module, "FIRST_K", 5)
        library.add("Bicycles", *(f"{QUESTION} {TEXT} Stand {number}." for number in range(20)))
        library.add("Sheds", "A shed holds bicycles.")

        assert "Sheds" in titles(retrieve(QUESTION, library.scope(), limit=2))

    def test_an_index_read_before_the_new_version_is_asked_again(self, library, monkeypatch):
        document = library.add("Bicycles", TEXT)
        version = library.stage(document, "The bicycles moved to the pier.", indexed=False)
        library.publish(document, version)
        index = LateIndex(the_index(), lambda: library.index(version))
        monkeypatch.setattr(gather_module, "the_index", lambda: index)

        found = retrieve(QUESTION, library.scope())

        assert [passage.text for passage in found.passages] == ["The bicycles moved to the pier."]


class LateIndex:
    """The index, of which the new version becomes visible just after the first search."""

    def __init__(self, index: object, catch_up) -> None:
        self._index, self._catch_up = index, catch_up

    def search(self, query: SearchQuery, allowed: AllowedRules, k: int) -> Candidates:
        found = self._index.search(query, allowed, k)
        self._catch_up()
        return found


class TestPresenting:
    def test_near_duplicates_are_one_and_the_newest_is_cited(self, library):
        old = library.add("Old bicycles", TEXT * 3, day=0)
        new = library.add("New bicycles", TEXT * 3, day=9)

        (passage,) = retrieve("the kept harbour office", library.scope()).passages

        assert passage.document_id == new.pk
        assert [one.id for one in passage.duplicates] == [old.pk]

    def test_a_duplicate_the_asker_may_not_read_is_never_named(self, library):
        mine = library.add("Old bicycles", TEXT * 3, day=0)
        library.add("Secret bicycles", TEXT * 3, day=9, rule=make_rule([user("eve@harbour.example")]))
        moved = library.add("Moved bicycles", TEXT * 3, day=9)
        Document.objects.filter(pk=moved.pk).update(access_rule=make_rule([user("eve@harbour.example")]))

        (passage,) = retrieve("the kept harbour office", library.scope()).passages

        assert (passage.document_id, passage.duplicates) == (mine.pk, ())

    @pytest.mark.parametrize("status", ["archived", "superseded"])
    def test_what_is_no_longer_current_comes_lower(self, library, status):
        library.add("Old rules", "The bicycles are kept in the cellar.", status=status)
        library.add("Rules", "The bicycles are kept at the pier.")
        library.add("Lunch", "Lunch is served at noon.")

        assert titles(retrieve("the bicycles are kept in the cellar", library.scope()))[:2] == ["Rules", "Old rules"]

    def test_an_archived_document_is_still_found(self, library):
        library.add("Old rules", TEXT, status="archived")

        assert [passage.status for passage in retrieve(QUESTION, library.scope()).passages] == ["archived"]


def test_what_the_asker_may_not_read_changes_no_field(library):
    library.add("Bicycles", TEXT)
    library.add("Lunch", "Lunch is served at noon in the canteen.")
    before = retrieve(QUESTION, library.scope())
    for number in range(3):
        hidden = library.add(f"Hidden {number}", f"{QUESTION} {TEXT}")
        Document.objects.filter(pk=hidden.pk).update(access_rule=make_rule([user("eve@harbour.example")]))

    after = retrieve(QUESTION, library.scope())

    assert [passage.text for passage in after.passages] == [passage.text for passage in before.passages]
    assert after.dropped == 3
    assert all(passage.duplicates == () for passage in after.passages)
