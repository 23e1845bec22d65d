"""The ask page."""

import pytest
from django.db import OperationalError

from ragportal.answering import services
from ragportal.audit.models import AuditRecord
from ragportal.common.errors import Unavailable
from ragportal.tenants.models import ExampleQuestion

TIDES = "High water at the pier is at noon on Fridays."
QUESTION = "When is high water at the pier?"


@pytest.fixture
def tides(library):
    return library.add("Tides", TIDES)


def records():
    return AuditRecord.objects.count()


def test_a_question_is_answered_with_its_source(ada, tides):
    page = ada.post("/harbour/ask", {"question": QUESTION}).content.decode()
    assert "noon on Fridays" in page
    assert (
        f'href="/harbour/documents/{tides.pk}?version={tides.current_version_id}&amp;mark=0-{len(TIDES)}#mark"' in page
    )
    assert 'href="#source-1"' in page and 'id="source-1"' in page


def test_a_get_fills_the_form_and_asks_nothing(ada, tides):
    before = records()
    page = ada.get("/harbour/ask", {"q": QUESTION}).content.decode()
    assert f'value="{QUESTION}"' in page
    assert "noon on Fridays" not in page
    assert records() == before


def test_each_question_leaves_a_record(ada, tides):
    before = records()
    ada.post("/harbour/ask", {"question": QUESTION})
    assert records() == before + 1


def test_who_may_not_read_it_learns_nothing_of_it(ben, tides, signed_in):
    page = signed_in(ben.user.email).post("/harbour/ask", {"question": QUESTION}).content.decode()
    assert "I found nothing you may read about this." in page
    assert "Tides" not in page and "noon" not in page


def test_an_empty_question_is_refused_in_words(ada):
    page = ada.post("/harbour/ask", {"question": "  "})
    assert page.status_code == 400
    assert "The question is empty." in page.content.decode()


def test_a_question_far_too_long_comes_back_cut(ada):
    page = ada.post("/harbour/ask", {"question": "why " * 25_000})
    assert page.status_code == 400
    assert 1_000 < page.content.decode().count("why ") * 4 < 3_000


def test_markup_in_a_question_stays_text(ada, tides):
    page = ada.post("/harbour/ask", {"question": '"><script>alert(1)</script> high water'}).content.decode()
    assert "<script>alert" not in page


def test_what_is_missing_is_said_and_the_question_kept(ada, monkeypatch):
    def fail(*args):
        raise Unavailable("The embedding model is not there.", todo="Fetch it.")

    monkeypatch.setattr(services, "_retrieve", fail)
    page = ada.post("/harbour/ask", {"question": QUESTION})
    assert page.status_code == 503
    assert "The embedding model is not there." in page.content.decode()
    assert f'value="{QUESTION}"' in page.content.decode()


def test_a_fault_shows_a_page_without_its_reason(ada, monkeypatch):
    def fail(*args):
        raise OperationalError("no such table: secret_table")

    monkeypatch.setattr(services, "_retrieve", fail)
    ada.raise_request_exception = False
    page = ada.post("/harbour/ask", {"question": QUESTION})
    assert page.status_code == 500
    assert "Something broke" in page.content.decode()
    assert "secret_table" not in page.content.decode()


def test_examples_are_those_of_the_tenant(ada, tenant):
    ExampleQuestion.objects.create(text="When is low water?")
    assert "When is low water?" in ada.get("/harbour/ask").content.decode()
