"""What a worker does when it is called, through the rows as in the product."""

from datetime import timedelta

import pytest
from django.utils import timezone

from connectors.base import SourceError
from ragportal.common.models import WorkItem
from ragportal.common.work.running import work_off
from ragportal.knowledge.documents.index_work import documents_behind
from ragportal.knowledge.models import Document, Source
from ragportal.knowledge.sync.control import pause_source, start_sync
from ragportal.knowledge.tasks import enqueue_what_is_due
from ragportal.knowledge.work_lock import source_work, work_lock
from tests.factories.memory_source import Item, readers

ADA = "ada@harbour.example"


@pytest.fixture
def filled(memory, source):
    memory.items = {"travel": Item("Hotels cost 48 euros.", readers(ADA))}
    return source


def work():
    """The rows: name and state."""
    return [(item.name, item.state) for item in WorkItem.objects.order_by("pk")]


@pytest.fixture
def in_an_hour():
    return timezone.now() + timedelta(hours=1)


class TestSync:
    def test_a_source_is_synced_by_its_id(self, filled):
        start_sync(source=filled)
        work_off("sync")
        assert Document.objects.get().current_version is not None
        assert work() == [("sync_source", "done")]

    def test_a_source_that_was_paused_meanwhile_is_left_alone(self, filled):
        start_sync(source=filled)
        pause_source(source=filled)
        work_off("sync")
        assert not Document.objects.exists() and work() == [("sync_source", "done")]

    def test_a_source_that_somebody_syncs_already_comes_later(self, filled):
        start_sync(source=filled)
        with work_lock(source_work(filled.pk), "A sync"):
            work_off("sync")
        assert work() == [("sync_source", "waiting")]
        assert WorkItem.objects.get().attempts == 0

    def test_a_source_that_is_gone_is_given_up(self, filled):
        start_sync(source=filled)
        filled.delete()
        work_off("sync")
        assert work() == [("sync_source", "dead")]

    @pytest.mark.parametrize(("permanent", "state"), [(True, "dead"), (False, "waiting")])
    def test_the_source_says_whether_trying_again_helps(self, filled, memory, permanent, state):
        def refuse():
            raise SourceError("Too many requests.", permanent=permanent, retry_after=120)

        memory.before_listing = refuse
        start_sync(source=filled)
        work_off("sync")
        item = WorkItem.objects.get()
        assert (item.state, item.attempts) == (state, 1)
        assert item.reason.startswith("Too many requests.")
        assert permanent or item.not_before > timezone.now() + timedelta(seconds=100)

    def test_it_says_what_it_did_where_somebody_watches(self, filled, settings, capsys):
        start_sync(source=filled)
        work_off("sync")
        assert capsys.readouterr() == ("", "")
        settings.SHOW_PROGRESS = True
        start_sync(source=filled)
        work_off("sync")
        assert capsys.readouterr().out == "Handbook: 1 seen.\n"

    def test_it_says_why_it_failed_where_somebody_watches(self, filled, memory, settings, capsys):
        settings.SHOW_PROGRESS = True
        memory.breaks_after = 0
        start_sync(source=filled)
        work_off("sync")
        assert capsys.readouterr().err.startswith("Handbook: The source broke off.")


class TestTick:
    def test_syncs_are_handed_out_by_their_schedule(self, filled):
        enqueue_what_is_due()
        enqueue_what_is_due()
        assert work() == [("sync_source", "waiting")]

    def test_index_work_that_was_left_behind_is_done(self, filled, in_an_hour):
        start_sync(source=filled)
        work_off("sync")
        Source.objects.update(next_sync_at=in_an_hour)
        enqueue_what_is_due()
        assert work() == [("sync_source", "done")]
        Document.objects.update(indexed_rule_id=None)
        enqueue_what_is_due()
        assert work()[1:] == [("finish_index_work", "waiting")]
        work_off("maintenance")
        assert not documents_behind().exists() and work()[1:] == [("finish_index_work", "done")]

    def test_whoever_is_at_work_does_the_index_work_too(self, filled, in_an_hour):
        start_sync(source=filled)
        work_off("sync")
        Source.objects.update(next_sync_at=in_an_hour)
        Document.objects.update(indexed_rule_id=None)
        with work_lock(source_work(filled.pk), "A sync"):
            enqueue_what_is_due()
        assert work() == [("sync_source", "done")]
