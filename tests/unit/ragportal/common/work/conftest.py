"""Made-up work: `note` in the queue ingest, `chore` in maintenance, both done by the handlers of the factory."""

import pytest

from ragportal.common.models import WorkItem
from ragportal.common.work.kinds import WorkKind
from tests.factories import work_handlers

HANDLER = "tests.factories.work_handlers.note"


@pytest.fixture(autouse=True)
def made_up_work(settings):
    settings.WORK = {"note": WorkKind("ingest", HANDLER), "chore": WorkKind("maintenance", HANDLER)}
    settings.WORK_TICKS = ()
    yield
    work_handlers.CALLS.clear()
    work_handlers.SURPRISES.clear()


@pytest.fixture
def calls():
    return work_handlers.CALLS


@pytest.fixture
def surprise():
    """Let the handler call this before it does anything."""
    return work_handlers.SURPRISES.append


@pytest.fixture
def bells(monkeypatch):
    """The queues that were rung for."""
    rung = []
    for module in ("enqueueing", "retrying", "running", "ticking", "worker"):
        monkeypatch.setattr(f"ragportal.common.work.{module}.ring", rung.append)
    return rung


@pytest.fixture
def the_row():
    """The only row there is, as it stands now."""
    return lambda: WorkItem.across_tenants.get()
