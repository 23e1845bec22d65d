"""The document page and its reasons."""

import json
import re

import pytest
from django.test import Client

from ragportal.audit.models import AuditRecord


@pytest.fixture
def tides(library):
    return library.add("Tides", "High water is at noon.", "Low water is at six.")


def path(document, more=""):
    return f"/harbour/documents/{document.pk}{more}"


def marked(page):
    return re.findall(r"<mark[^>]*>([^<]*)</mark>", page.content.decode())


def test_the_cited_passage_is_marked(ada, tides):
    page = ada.get(path(tides), {"version": tides.current_version_id, "mark": ["0-10", "23-32"]})
    assert marked(page) == ["High water", "Low water"]
    assert page.content.decode().count('id="mark"') == 1


def test_of_a_replaced_version_nothing_is_marked_and_it_is_said(ada, library, tides):
    old = tides.current_version_id
    library.publish(tides, library.stage(tides, "High water is at one."))
    page = ada.get(path(tides), {"version": old, "mark": "0-10"})
    assert "has changed since the answer quoted it" in page.content.decode()
    assert "at one" in page.content.decode() and "at noon" not in page.content.decode()
    assert marked(page) == []


@pytest.mark.parametrize("more", ["", "/why"])
def test_a_stranger_and_a_number_that_nobody_has_look_alike(ben, tides, signed_in, more):
    client = signed_in(ben.user.email)
    foreign, unknown = client.get(path(tides, more)), client.get(f"/harbour/documents/999999{more}")
    assert foreign.status_code == unknown.status_code == 404
    assert re.sub(rb"csrf.*", b"", foreign.content) == re.sub(rb"csrf.*", b"", unknown.content)


def test_opening_leaves_a_record_and_refusing_names_no_document(ada, ben, tides, signed_in):
    before = AuditRecord.objects.count()
    signed_in(ben.user.email).get(path(tides))
    assert AuditRecord.objects.count() == before
    ada.get(path(tides))
    record = AuditRecord.objects.get(action="document.opened")
    assert json.loads(record.subjects)["documents"] == [tides.pk]


def test_a_file_of_the_server_is_no_link_but_a_web_page_is(ada, library):
    wiki, file = library.add("Wiki", "On the wiki."), library.add("File", "In a file.")
    file.url = "file:///srv/file.md"
    file.save()
    assert 'href="https://shelf.example/Wiki"' in ada.get(path(wiki)).content.decode()
    assert "file:///" not in ada.get(path(file)).content.decode()


def test_markup_in_a_document_stays_text(ada, library):
    page = ada.get(path(library.add("<b>Bold</b>", "<script>alert(1)</script> & more")))
    assert b"<script>alert" not in page.content and b"<b>Bold" not in page.content
    assert b"&lt;script&gt;alert(1)&lt;/script&gt; &amp; more" in page.content


def test_the_reasons_are_those_of_the_reader(ada, tides):
    page = ada.get(path(tides, "/why")).content.decode()
    assert "is an active member" in page and "ada@harbour.example" in page
    assert json.loads(AuditRecord.objects.get(action="access.explained").subjects)["documents"] == [tides.pk]


@pytest.mark.parametrize("more", ["", "/why"])
def test_only_reading_is_possible(ada, tides, more):
    assert ada.post(path(tides, more)).status_code == 405
    assert Client().get(path(tides, more)).status_code == 302
