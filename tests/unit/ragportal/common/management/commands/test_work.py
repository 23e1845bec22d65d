"""`manage.py work`."""

import json

import pytest
from django.core.management import CommandError, call_command

from ragportal.common.models import WorkItem
from ragportal.common.work.claiming import claim
from ragportal.common.work.enqueueing import enqueue
from ragportal.common.work.kinds import WorkKind
from ragportal.common.work.retrying import failed


@pytest.fixture(autouse=True)
def made_up_work(settings):
    settings.WORK = {"note": WorkKind("ingest", "tests.factories.work_handlers.note")}


@pytest.fixture
def dead(tenant):
    row = enqueue("note", arguments={"source": 3}, key="source 3")
    failed(claim("ingest"), "The disk is full.", permanent=True)
    return row


def test_an_empty_queue_is_told(tenant, capsys):
    call_command("work")
    assert capsys.readouterr().out == "There is no work.\n"


def test_counts_and_dead_letters_are_listed(dead, capsys):
    enqueue("note", arguments={})
    call_command("work")
    assert capsys.readouterr().out.splitlines() == [
        "ingest: 1 dead",
        "ingest: 1 waiting",
        f"Given up: number {dead}, note source 3 of harbour, 1 tries. The disk is full.",
    ]
    call_command("work", "--json")
    said = json.loads(capsys.readouterr().out)
    assert said["counts"][0] == {"queue": "ingest", "state": "dead", "rows": 1}
    assert said["dead"][0]["number"] == dead and said["dead"][0]["reason"] == "The disk is full."


def test_a_dead_letter_is_tried_again(dead, capsys):
    call_command("work", "--try-again", str(dead))
    assert capsys.readouterr().out == "ingest: 1 waiting\n"
    assert WorkItem.objects.get().attempts == 0
    for number in (dead, 999):
        with pytest.raises(CommandError, match=r"manage.py work"):
            call_command("work", "--try-again", str(number))
