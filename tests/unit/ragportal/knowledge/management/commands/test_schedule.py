"""The commands around syncs and documents: what they print, and what they refuse."""

import io
import json
from datetime import UTC, datetime, timedelta

import pytest
import time_machine
from django.core.management import CommandError, call_command

from ragportal.knowledge.models import Document, ErasedDocument, SyncRun
from ragportal.knowledge.sync.sync_source import sync_source
from tests.factories.memory_source import readers
from tests.factories.people import make_member

ADA = "ada@harbour.example"
NOON = datetime(2026, 3, 2, 12, tzinfo=UTC)


def run(*words):
    out = io.StringIO()
    call_command(*words, stdout=out, stderr=io.StringIO())
    return out.getvalue()


def the_source():
    return json.loads(run("sources", "--json"))["sources"][0]


@pytest.fixture
def travel(source, memory):
    for text in ("Hotels cost 180 euros.", "Hotels cost 18000 euros."):
        memory.put("travel", text, readers(ADA))
        sync_source(source=source)
    return source


def test_a_schedule_is_set_and_shown(source):
    assert "every 60 minutes" in run("schedule", "Handbook", "60")
    assert "every 60 min" in run("sources")
    assert "by hand" in run("schedule", "Handbook", "0")
    assert "synced by hand" in run("sources")


def test_paused_and_resumed(source):
    assert "paused" in run("schedule", "Handbook", "pause")
    assert "paused since" in run("sources")
    with pytest.raises(CommandError, match="paused since"):
        run("sync", "Handbook")
    assert json.loads(run("schedule", "Handbook", "resume", "--json"))["paused_at"] is None


@pytest.mark.parametrize(
    ("what", "message"), [("stop", "No sync of Handbook is running"), ("often", "'often' is nothing to do")]
)
def test_what_cannot_be_done_is_said(source, what, message):
    with pytest.raises(CommandError, match=message):
        run("schedule", "Handbook", what)


def test_a_running_sync_tells_how_far_it_is(source):
    with time_machine.travel(NOON, tick=False):
        run_ = SyncRun.objects.create(source=source, expected=100, done=25, noted_at=NOON + timedelta(seconds=10))
        assert "25 of 100 documents, about 40 s left" in run("sources")
        SyncRun.objects.filter(pk=run_.pk).update(expected=None)
        assert the_source()["last_run"]["seconds_left"] is None


def test_old_permissions_raise_an_alarm(travel):
    assert "permissions as of" in run("sources")
    with time_machine.travel(datetime.now(UTC) + timedelta(hours=25), tick=False):
        assert "ALARM: its permissions were last read completely on" in run("sources")
    with time_machine.travel(datetime.now(UTC) + timedelta(days=8), tick=False):
        assert "nobody sees its documents" in run("sources")
        assert the_source()["access"]["hidden"] is True


def test_a_history(travel):
    lines = run("history", "Handbook", "travel").splitlines()
    assert [("new text" in line, "added" in line) for line in lines] == [(True, False), (False, True)]
    assert json.loads(run("history", "Handbook", "travel", "--json"))["changes"][0]["what"] == "changed"
    with pytest.raises(CommandError, match="Nothing is known of 'nothing'"):
        run("history", "Handbook", "nothing")


def test_a_rollback_and_a_way_forward(travel):
    make_member("eve@harbour.example")
    assert "stays until the source has another" in run(
        "rollback_document", "Handbook", "travel", "--by", "eve@harbour.example"
    )
    assert "source's own text again" in run("rollback_document", "Handbook", "travel")
    with pytest.raises(CommandError, match="no document 'nothing'"):
        run("rollback_document", "Handbook", "nothing")


def test_erasing_needs_to_be_meant(travel):
    with pytest.raises(CommandError, match="--for-good"):
        run("erase_document", "Handbook", "travel")
    assert Document.objects.exists()
    assert "travel is erased from: the index," in run("erase_document", "Handbook", "travel", "--for-good")
    assert (Document.objects.count(), ErasedDocument.objects.count()) == (0, 1)


def test_nothing_to_restore(travel):
    with pytest.raises(CommandError, match="No sync of it raised an alarm"):
        run("restore_documents", "Handbook")
    number = travel.runs.order_by("-pk").values_list("pk", flat=True)[0]
    assert "0 documents are shown again" in run("restore_documents", "Handbook", "--run", str(number))
