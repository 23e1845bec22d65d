"""A worker at its work."""

import os
import signal

import pytest

from ragportal.common.errors import Busy, InvalidInput, NotFound, ProductError, Unavailable
from ragportal.common.tenancy import use_tenant
from ragportal.common.work.enqueueing import enqueue
from ragportal.common.work.running import run_next, work_off
from tests.factories.people import make_tenant


def raising(error):
    def surprise():
        raise error

    return surprise


def test_each_handler_gets_its_arguments_and_its_tenant(tenant, calls):
    enqueue("note", arguments={"number": 1})
    with use_tenant((other := make_tenant("quay")).pk):
        enqueue("note", arguments={"number": 2})
    assert work_off("ingest") == 2
    assert calls == [(tenant.pk, {"number": 1}), (other.pk, {"number": 2})]
    assert work_off("ingest") == 0


def test_done_work_is_noted(tenant, the_row):
    enqueue("note", arguments={})
    assert run_next("ingest")
    assert (the_row().state, the_row().lease_until) == ("done", None)
    assert the_row().finished_at


@pytest.mark.parametrize(
    ("error", "state", "attempts"),
    [
        (ProductError("Not now."), "waiting", 1),
        (Unavailable("Not now."), "waiting", 1),
        (Unavailable("Not now.", permanent=True), "dead", 1),
        (InvalidInput("Not now."), "dead", 1),
        (NotFound("Not now."), "dead", 1),
        (Busy("Not now."), "waiting", 0),
    ],
)
def test_the_error_says_whether_trying_again_helps(tenant, the_row, surprise, error, state, attempts):
    enqueue("note", arguments={})
    surprise(raising(error))
    assert run_next("ingest")
    assert (the_row().state, the_row().attempts) == (state, attempts)
    assert the_row().reason == ("" if isinstance(error, Busy) else "Not now.")


def test_an_unexpected_error_is_noted_without_its_words_and_passed_on(tenant, the_row, surprise, caplog):
    enqueue("note", arguments={})
    surprise(raising(ValueError("Salary of Ada: 90,000")))
    with pytest.raises(ValueError):
        run_next("ingest")
    assert the_row().state == "waiting"
    assert the_row().reason.startswith("An error of the program: ValueError at test_running.py:")
    assert "ValueError" in caplog.text and "Salary" not in caplog.text + the_row().reason


def test_a_handler_that_cannot_be_loaded_is_a_failure_too(tenant, the_row, settings):
    enqueue("note", arguments={})
    settings.WORK = {}
    with pytest.raises(LookupError):
        run_next("ingest")
    assert (the_row().state, the_row().attempts) == ("waiting", 1)


def test_a_signal_breaks_the_work_off_and_reaches_who_listened_before(tenant, the_row, surprise, monkeypatch):
    heard, ended = [], []
    monkeypatch.setattr("ragportal.common.work.running.end_soon", lambda: ended.append(1))
    former = signal.signal(signal.SIGINT, lambda *_: heard.append(1))
    try:
        enqueue("note", arguments={})
        surprise(lambda: os.kill(os.getpid(), signal.SIGINT))
        assert work_off("ingest") == 0
    finally:
        signal.signal(signal.SIGINT, former)
    assert (the_row().state, the_row().attempts) == ("waiting", 0)
    assert heard == [1] == ended


def test_after_a_while_the_other_queues_get_their_turn(tenant, calls, bells, monkeypatch):
    monkeypatch.setattr("ragportal.common.work.running.SLICE_SECONDS", -1.0)
    for _ in range(2):
        enqueue("note", arguments={})
    assert work_off("ingest") == 1
    assert len(calls) == 1 and bells == ["ingest"]


def test_a_worker_that_is_to_end_begins_nothing(tenant, calls, surprise, monkeypatch):
    ending = []
    monkeypatch.setattr("ragportal.common.work.running.is_ending", lambda: bool(ending))
    surprise(lambda: ending.append(1))
    for _ in range(2):
        enqueue("note", arguments={})
    assert work_off("ingest") == 1 and work_off("ingest") == 0
    assert len(calls) == 1
