"""A sync brings rows and index to what the source says."""

import pytest

from connectors.base import DocumentAccess, SourceError
from integrations.index.embedded import EmbeddedIndex
from ragportal.access.services import narrowed_rule, rule_for
from ragportal.common.engines import the_index
from ragportal.common.errors import Unavailable
from ragportal.knowledge.models import Document, DocumentFailure, SyncRun, Version
from ragportal.knowledge.sync.changes import ChangeReader
from ragportal.knowledge.sync.sync_source import sync_source
from tests.factories.memory_source import readers

ADA, BOB = "ada@harbour.example", "bob@harbour.example"


def rule(source, *emails, **attributes):
    return rule_for(source_id=source.pk, access=readers(*emails, **attributes))


def published(source):
    rows = source.documents.filter(removed_at=None, current_version__isnull=False)
    return dict(rows.values_list("external_id", "current_version__text"))


def expected_in_index():
    rows = Document.objects.filter(removed_at=None, current_version__isnull=False)
    return list(rows.values_list("pk", "current_version_id", "access_rule_id"))


def test_documents_become_found_by_their_readers(source, memory, found_under):
    memory.put("travel", "Hotels cost up to 180 euros.", readers(ADA))
    memory.put("pay", "Hotels are paid by card.", readers(BOB))
    run = sync_source(source=source)
    assert (run.state, run.seen, run.added, run.failed) == (SyncRun.State.DONE, 2, 2, 0)
    assert found_under("hotels", rule(source, ADA)) == {"travel"}
    assert found_under("hotels", rule(source, ADA), rule(source, BOB)) == {"travel", "pay"}
    assert the_index().verify(expected_in_index()) == []


def test_a_second_sync_reads_and_embeds_nothing(source, memory, embedder):
    memory.put("travel", "Hotels cost up to 180 euros.", readers(ADA))
    sync_source(source=source)
    reads, passages = memory.reads, embedder.passages
    run = sync_source(source=source)
    assert (run.added, run.changed, run.access_changed) == (0, 0, 0)
    assert (memory.reads, embedder.passages) == (reads, passages)


def test_a_second_sync_does_not_write_the_index(source, memory, monkeypatch):
    memory.put("travel", "Hotels cost up to 180 euros.", readers(ADA))
    sync_source(source=source)
    for name in ("write", "set_rules", "rebuild"):
        monkeypatch.delattr(EmbeddedIndex, name)
    assert sync_source(source=source).state == SyncRun.State.DONE


def test_a_new_time_with_the_same_content_parses_and_embeds_nothing(source, memory, embedder, monkeypatch):
    memory.put("travel", "Hotels cost up to 180 euros.", readers(ADA))
    sync_source(source=source)
    monkeypatch.delattr("ragportal.knowledge.documents.prepare.parse")
    memory.put("travel", "Hotels cost up to 180 euros.", readers(ADA), fingerprint="touched")
    run = sync_source(source=source)
    assert (run.changed, run.failed, embedder.passages) == (0, 0, 1)
    assert source.documents.get().fingerprint == "touched"


def test_new_content_replaces_the_old_version(source, memory, found_under):
    memory.put("travel", "Hotels cost up to 180 euros.", readers(ADA))
    sync_source(source=source)
    memory.put("travel", "Hostels cost up to 80 euros.", readers(ADA))
    assert sync_source(source=source).changed == 1
    assert found_under("hotels", rule(source, ADA)) == set()
    assert found_under("hostels", rule(source, ADA)) == {"travel"}
    states = Version.objects.order_by("number").values_list("number", "state")
    assert list(states) == [(1, Version.State.DROPPED), (2, Version.State.PUBLISHED)]
    assert the_index().verify(expected_in_index()) == []


def test_a_new_title_is_searched(source, memory, found_under):
    memory.put("travel", "Up to 180 euros.", readers(ADA), title="Hotels")
    sync_source(source=source)
    memory.put("travel", "Up to 180 euros.", readers(ADA), title="Hostels")
    sync_source(source=source)
    assert source.documents.get().title == "Hostels"
    assert found_under("hostels", rule(source, ADA)) == {"travel"}


class TestAccessOnly:
    def test_embeds_nothing_and_holds_at_once_and_in_the_index(self, source, memory, embedder, found_under):
        memory.put("travel", "Hotels cost up to 180 euros.", readers(ADA))
        sync_source(source=source)
        memory.put("travel", "Hotels cost up to 180 euros.", readers(BOB))
        run = sync_source(source=source)
        assert (run.access_changed, run.changed, embedder.passages) == (1, 0, 1)
        assert found_under("hotels", rule(source, ADA)) == set()
        assert found_under("hotels", rule(source, BOB)) == {"travel"}

    def test_an_unreadable_permission_keeps_a_document_out(self, source, memory):
        memory.put("travel", "Hotels.", SourceError("No right to read permissions.", permanent=True))
        run = sync_source(source=source)
        assert (run.failed, published(source)) == (1, {})
        assert "No right to read permissions" in DocumentFailure.objects.get().reason

    def test_readers_are_read_after_the_text(self, source, memory, found_under):
        memory.put("travel", "Hotels.", readers(BOB), listed_access=readers(ADA))
        sync_source(source=source)
        assert found_under("hotels", rule(source, ADA)) == set()
        assert found_under("hotels", rule(source, BOB)) == {"travel"}

    def test_a_document_without_readers_is_nobodys(self, source, memory):
        memory.put("travel", "Hotels.", DocumentAccess(()))
        sync_source(source=source)
        assert source.documents.get().access_rule.set_count == 0


class TestContentAndAccess:
    def test_the_old_text_is_narrowed_before_anything_is_read(self, source, memory, found_under):
        memory.put("travel", "Hotels cost 180.", readers(ADA))
        sync_source(source=source)
        seen = []
        memory.put("travel", "Hostels cost 80.", readers(BOB))
        memory.before_access = lambda name: seen.append(source.documents.get().access_rule)
        sync_source(source=source)
        assert seen == [narrowed_rule(first=rule(source, ADA), second=rule(source, BOB))]
        assert found_under("hostels", rule(source, BOB)) == {"travel"}
        assert source.documents.get().access_rule == rule(source, BOB)

    def test_a_failed_replacement_leaves_the_old_text_to_those_who_may_read_both(self, source, memory):
        memory.put("travel", "Hotels cost 180.", readers(ADA))
        sync_source(source=source)
        broken = SourceError("It is locked.", permanent=False)
        memory.put("travel", "Hostels cost 80.", readers(BOB), unreadable=broken)
        run = sync_source(source=source)
        assert run.failed == 1
        assert published(source) == {"travel": "Hotels cost 180."}
        assert source.documents.get().access_rule == narrowed_rule(first=rule(source, ADA), second=rule(source, BOB))

    def test_success_resolves_the_failure(self, source, memory):
        memory.put("travel", "Hotels.", readers(ADA), unreadable=SourceError("It is locked.", permanent=False))
        sync_source(source=source)
        assert DocumentFailure.objects.count() == 1
        memory.items["travel"].unreadable = None
        sync_source(source=source)
        assert (DocumentFailure.objects.count(), published(source)) == (0, {"travel": "Hotels."})


class TestFailures:
    def test_one_unparsable_document_stops_no_other(self, source, memory):
        memory.put("empty", " ", readers(ADA))
        memory.put("travel", "Hotels.", readers(ADA))
        run = sync_source(source=source)
        assert (run.added, run.failed, run.state) == (1, 1, SyncRun.State.DONE)
        assert DocumentFailure.objects.get().external_id == "empty"

    def test_whatever_a_parser_raises_is_a_row_without_text(self, source, memory, monkeypatch):
        def explode(*args):
            raise RecursionError("secret text")

        monkeypatch.setattr("ragportal.knowledge.documents.prepare.parse", explode)
        memory.put("travel", "Hotels.", readers(ADA))
        sync_source(source=source)
        assert DocumentFailure.objects.get().reason == "The content could not be parsed (RecursionError)."

    def test_a_document_left_out_now_is_hidden_from_whom_the_source_shuts_out(self, source, memory, found_under):
        memory.put("travel", "Hotels.", readers(ADA))
        sync_source(source=source)
        memory.refused["travel"] = "No pattern names it."
        memory.items["travel"].access = DocumentAccess(())
        sync_source(source=source)
        assert source.documents.get().access_rule.set_count == 0
        assert DocumentFailure.objects.get().reason == "No pattern names it."

    def test_a_failure_of_a_vanished_document_is_forgotten(self, source, memory):
        memory.put("empty", " ", readers(ADA))
        sync_source(source=source)
        del memory.items["empty"]
        sync_source(source=source)
        assert DocumentFailure.objects.count() == 0


class TestBrokenListing:
    def test_it_deletes_nothing_and_fails_the_run(self, source, memory):
        memory.put("travel", "Hotels.", readers(ADA))
        memory.put("pay", "Cards.", readers(ADA))
        sync_source(source=source)
        memory.breaks_after = 1
        with pytest.raises(Unavailable, match="broke off"):
            sync_source(source=source)
        assert source.runs.order_by("pk").last().state == SyncRun.State.FAILED
        assert published(source).keys() == {"travel", "pay"}

    def test_an_incomplete_one_deletes_what_the_source_confirms_to_be_gone(self, source, memory):
        memory.put("travel", "Hotels.", readers(ADA))
        memory.put("pay", "Cards.", readers(ADA, BOB))
        memory.put("leave", "Holidays.", readers(ADA))
        sync_source(source=source)
        del memory.items["travel"]
        memory.hidden = {"pay", "leave"}
        memory.items["pay"].access = readers(BOB)
        memory.items["leave"].access = SourceError("It cannot be looked at.", permanent=False)
        memory.complete = False
        assert sync_source(source=source).deleted == 1
        assert published(source).keys() == {"pay", "leave"}
        both = narrowed_rule(first=rule(source, ADA, BOB), second=rule(source, BOB))
        assert source.documents.get(external_id="pay").access_rule == both

    def test_the_brake_holds_after_an_incomplete_one_too(self, source, memory):
        for number in range(40):
            memory.put(f"page {number}", f"Page number {number}.", readers(ADA))
        sync_source(source=source)
        memory.complete, memory.hidden = False, set(memory.items)
        assert sync_source(source=source).state == SyncRun.State.DONE
        for number in range(20):
            del memory.items[f"page {number}"]
        run = sync_source(source=source)
        assert (run.state, run.held_deletions, len(published(source))) == (SyncRun.State.HELD, 20, 40)

    def test_broken_groups_change_nothing(self, source, memory):
        memory.groups_break = True
        memory.put("travel", "Hotels.", readers(ADA))
        with pytest.raises(Unavailable, match="groups cannot be read"):
            sync_source(source=source)
        assert not source.documents.exists()

    def test_the_next_run_goes_on_behind_the_checkpoint(self, source, memory):
        for number in range(6):
            memory.put(f"page {number}", f"Page number {number}.", readers(ADA))
        memory.checkpoint_every, memory.breaks_after = 2, 5
        with pytest.raises(Unavailable):
            sync_source(source=source)
        memory.breaks_after = None
        run = sync_source(source=source)
        assert (memory.cursors, run.seen, run.deleted) == (["", "4"], 2, 0)
        assert len(published(source)) == 6


class TestDeletions:
    def test_a_stated_deletion_hides_the_document(self, source, memory, found_under):
        memory.put("travel", "Hotels.", readers(ADA))
        sync_source(source=source)
        memory.items.clear()
        memory.deleted, memory.complete = ["travel"], False
        assert sync_source(source=source).deleted == 1
        assert found_under("hotels", rule(source, ADA)) == set()
        assert the_index().verify([]) == []

    def test_an_absent_document_is_removed_when_the_source_confirms(self, source, memory):
        memory.put("travel", "Hotels.", readers(ADA))
        memory.put("pay", "Cards.", readers(ADA))
        sync_source(source=source)
        memory.hidden.add("pay")  # not listed, but there
        del memory.items["travel"]
        assert sync_source(source=source).deleted == 1
        assert published(source).keys() == {"pay"}

    def test_a_document_that_reappears_is_restored(self, source, memory, found_under):
        memory.put("travel", "Hotels.", readers(ADA))
        sync_source(source=source)
        item = memory.items.pop("travel")
        sync_source(source=source)
        memory.items["travel"] = item
        sync_source(source=source)
        assert found_under("hotels", rule(source, ADA)) == {"travel"}
        assert source.documents.count() == 1

    def test_the_brake_holds_many_until_a_person_confirms(self, source, memory):
        for number in range(80):
            memory.put(f"page {number}", f"Page number {number}.", readers(ADA))
        sync_source(source=source)
        for number in range(20):
            del memory.items[f"page {number}"]
        run = sync_source(source=source)
        assert (run.state, run.held_deletions, run.deleted) == (SyncRun.State.HELD, 20, 0)
        assert len(published(source)) == 80
        run = sync_source(source=source, confirm_deletions=True)
        assert (run.state, run.deleted) == (SyncRun.State.DONE, 20)
        assert len(published(source)) == 60


class TestMoves:
    def test_one_to_one_keeps_the_row_and_embeds_nothing(self, source, memory, embedder, found_under):
        memory.put("old/travel", "Hotels.", readers(ADA), title="Travel")
        sync_source(source=source)
        document, passages = source.documents.get(), embedder.passages
        del memory.items["old/travel"]
        memory.put("new/travel", "Hotels.", readers(BOB), title="Travel", fingerprint="elsewhere")
        run = sync_source(source=source)
        assert (run.moved, run.added, run.deleted, embedder.passages) == (1, 0, 0, passages)
        assert source.documents.get().pk == document.pk
        assert source.documents.get().external_id == "new/travel"
        assert found_under("hotels", rule(source, ADA)) == set()
        assert found_under("hotels", rule(source, BOB)) == {"new/travel"}

    def test_readers_are_lost_with_the_move_itself(self, source, memory, monkeypatch, found_under):
        memory.put("old/travel", "Hotels.", readers(ADA, BOB), title="Travel")
        sync_source(source=source)
        del memory.items["old/travel"]
        memory.put("new/travel", "Hotels.", readers(BOB), title="Travel", listed_access=readers(ADA, BOB))

        def broken_off(reader):
            raise KeyboardInterrupt

        monkeypatch.setattr(ChangeReader, "_take_left_aside", broken_off)
        with pytest.raises(KeyboardInterrupt):
            sync_source(source=source)
        assert source.documents.get().external_id == "new/travel"
        both = narrowed_rule(first=rule(source, ADA, BOB), second=rule(source, BOB))
        assert source.documents.get().access_rule == both

    def test_nothing_moves_to_where_nobody_can_tell_the_readers(self, source, memory, found_under):
        memory.put("old/travel", "Hotels.", readers(ADA))
        sync_source(source=source)
        del memory.items["old/travel"]
        memory.put("new/travel", "Hotels.", SourceError("No right to read permissions.", permanent=True))
        run = sync_source(source=source)
        assert (run.moved, run.deleted, run.failed, published(source)) == (0, 1, 1, {})

    def test_two_of_the_same_are_not_guessed_at(self, source, memory):
        memory.put("old/travel", "Hotels.", readers(ADA))
        sync_source(source=source)
        del memory.items["old/travel"]
        memory.put("a", "Hotels.", readers(ADA))
        memory.put("b", "Hotels.", readers(ADA))
        run = sync_source(source=source)
        assert (run.moved, run.added, run.deleted) == (0, 2, 1)
        assert published(source).keys() == {"a", "b"}

    def test_a_copy_is_not_a_move(self, source, memory):
        memory.put("travel", "Hotels.", readers(ADA))
        sync_source(source=source)
        memory.items = {}
        memory.put("a copy", "Hotels.", readers(ADA))
        memory.put("travel", "Hotels.", readers(ADA))
        run = sync_source(source=source)
        assert (run.moved, run.added, run.deleted) == (0, 1, 0)

    def test_in_an_incomplete_listing_nothing_moves_and_nothing_is_lost(self, source, memory):
        memory.put("old/travel", "Hotels.", readers(ADA))
        sync_source(source=source)
        del memory.items["old/travel"]
        memory.put("new/travel", "Hotels.", readers(ADA))
        memory.complete = False
        run = sync_source(source=source)
        assert (run.moved, run.added, run.deleted) == (0, 1, 1)
