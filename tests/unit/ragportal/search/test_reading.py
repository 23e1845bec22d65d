"""Reading a document: as it stands today, for whom it is readable now, else nothing at all."""

import pytest
from django.utils import timezone

from ragportal.access.scope import scope_for
from ragportal.access.selectors import asker_of
from ragportal.knowledge.models import Document
from ragportal.search.reading import read_document
from tests.factories.access import WEB, make_rule, user
from tests.factories.people import make_member


@pytest.fixture
def tides(library):
    return library.add("Tides", "High water is at noon.", "Low water is at six.", language="en")


def read(document, scope):
    return read_document(document_id=document.pk, scope=scope)


def test_a_reader_gets_the_text_of_today(library, tides):
    found = read(tides, library.scope())
    assert found.text == "High water is at noon.\nLow water is at six."
    assert (found.title, found.version_id, found.number, found.language) == ("Tides", tides.current_version_id, 1, "en")
    assert [found.text[block.start : block.end] for block in found.blocks] == found.text.split("\n")


def test_a_stranger_gets_nothing(library, tides):
    stranger = scope_for(asker_of(make_member("ben@harbour.example")), WEB)
    assert read(tides, stranger) is None


def test_a_document_that_nobody_has_is_nothing(library):
    assert read_document(document_id=999_999, scope=library.scope()) is None


def test_a_removed_document_is_nothing(library, tides):
    Document.objects.filter(pk=tides.pk).update(removed_at=timezone.now())
    assert read(tides, library.scope()) is None


def test_a_scope_from_before_the_rule_changed_opens_nothing(library, tides):
    before = library.scope()
    Document.objects.filter(pk=tides.pk).update(access_rule=make_rule([user("ben@harbour.example")]))
    assert read(tides, before) is None


def test_a_replaced_version_is_not_shown_any_more(library, tides):
    library.publish(tides, library.stage(tides, "High water is at one."))
    found = read(tides, library.scope())
    assert found.text == "High water is at one."
    assert found.number == 2


def test_a_version_that_is_only_staged_is_not_shown(library, tides):
    library.stage(tides, "High water is at two.")
    assert "at noon" in read(tides, library.scope()).text


def test_a_version_without_chunks_was_never_found_and_is_not_read(library, tides):
    tides.current_version.chunks.all().delete()
    assert read(tides, library.scope()) is None
