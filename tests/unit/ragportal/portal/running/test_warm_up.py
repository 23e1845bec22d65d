"""The first search in the background."""

import threading

import pytest

from ragportal.audit.models import AuditRecord
from ragportal.portal.running import warm_up
from ragportal.portal.running.warm_up import WarmUp


@pytest.fixture
def searched(monkeypatch):
    """The questions that were searched, without a second connection to a test's open transaction."""
    questions = []
    monkeypatch.setattr(warm_up, "retrieve", lambda question, scope: questions.append((question, scope.asker)))
    return questions


@pytest.mark.django_db(databases=["default", "ledger"], transaction=True)
def test_it_searches_as_a_member_and_leaves_no_record(library, searched):
    before = AuditRecord.objects.count()
    warm_up = WarmUp(tenant=library.ada.tenant, email=library.ada.user.email)
    warm_up.start()
    warm_up.wait()
    assert searched == [("warm up", library.asker)]
    assert AuditRecord.objects.count() == before


@pytest.mark.django_db(databases=["default", "ledger"], transaction=True)
def test_a_failure_is_logged_and_harms_nothing(library, caplog):
    warm_up = WarmUp(tenant=library.ada.tenant, email="nobody@harbour.example")
    warm_up.start()
    warm_up.wait()
    assert "The first search failed" in caplog.text


@pytest.mark.django_db(databases=["default", "ledger"], transaction=True)
def test_one_that_never_began_is_not_waited_for(library):
    WarmUp(tenant=library.ada.tenant, email=library.ada.user.email).wait()
    assert not [thread for thread in threading.enumerate() if thread.name == "warm-up"]
