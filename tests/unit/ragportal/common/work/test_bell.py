"""Ringing may fail; the row is there all the same."""

import pytest
from kombu.exceptions import OperationalError

from ragportal.common.models import WorkItem
from ragportal.common.work import bell
from ragportal.common.work.enqueueing import enqueue


class BrokenApp:
    """What Celery does where its broker cannot be reached."""

    def __init__(self, error):
        self._error = error

    def send_task(self, *_, **__):
        raise self._error


@pytest.mark.parametrize("error", [OperationalError("amqp://me:secret@broker"), OSError(28, "No space left on device")])
def test_a_broken_bell_is_logged_without_its_address(
    tenant, error, monkeypatch, caplog, django_capture_on_commit_callbacks
):
    monkeypatch.setattr(bell, "load_backend", lambda *_: BrokenApp(error))
    with django_capture_on_commit_callbacks(execute=True):
        enqueue("note", arguments={})
    assert WorkItem.objects.get().state == "waiting"
    assert f"could not be woken: {type(error).__name__}" in caplog.text and "secret" not in caplog.text


def test_a_bell_names_its_queue_alone(settings, monkeypatch):
    sent = []
    app = bell.load_backend("WORK_BELL", settings.WORK_BELL)
    monkeypatch.setattr(app, "send_task", lambda *words, **options: sent.append((words, options)))
    bell.ring("sync")
    [(name, options)] = sent
    assert name == ("ragportal.ring",) and options["kwargs"] == {"queue": "sync"} and options["queue"] == "sync"
