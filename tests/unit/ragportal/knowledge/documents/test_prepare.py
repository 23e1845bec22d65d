import datetime
import sys

import pytest

from connectors.base import DocumentAccess, SourceDocument
from ragportal.common.errors import Unavailable
from ragportal.knowledge.documents.failures import Failure
from ragportal.knowledge.documents.prepare import PreparedDocument, prepare
from tests.factories.embedder import FakeEmbedder
from tests.factories.pdf_files import PdfFile, PdfPage, lines


def prepared(content: bytes, name: str):
    change = SourceDocument(
        id=name,
        title="",
        url="",
        media_type="",
        fingerprint="1",
        modified_at=datetime.datetime(2025, 1, 1, tzinfo=datetime.UTC),
        access=DocumentAccess(()),
        read=lambda: content,
    )
    return prepare(change, None, content, "hash", FakeEmbedder())


def test_a_document_of_any_kind_is_cut_into_chunks():
    ready = prepared(PdfFile([PdfPage(lines(["Travel is paid."]))]).saved(), "travel.txt")
    assert isinstance(ready, PreparedDocument)
    assert [chunk.text for chunk in ready.chunks] == ["Travel is paid."]
    assert ready.parsed.blocks[0].place.label == "1"


def test_a_reason_becomes_a_failure_of_this_document():
    failure = prepared(b"\x89PNG\r\n\x1a\n", "photo.md")
    assert failure == Failure("photo.md", "This is an image; text recognition is not built in.", permanent=True)


def test_a_parser_that_does_not_start_is_no_documents_fault(monkeypatch, settings):
    settings.PARSER_SECONDS = 59  # a parser process of its own
    monkeypatch.setattr(sys, "executable", "/nonexistent/python")
    with pytest.raises(Unavailable, match="does not start"):
        prepared(b"words", "a.txt")
