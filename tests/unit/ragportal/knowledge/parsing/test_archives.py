import zipfile

import pytest

from ragportal.knowledge.parsing import archives
from ragportal.knowledge.parsing.archives import Archive
from ragportal.knowledge.parsing.document import ParsingFailed
from tests.factories.zips import zipped


def test_members_are_found_whatever_the_spelling_of_their_names():
    archive = Archive(zipped({"Word\\Document.xml": "one", "/xl/a.xml": "two"}))
    assert archive.read("word/document.xml") == b"one"
    assert archive.read("xl/A.xml") == b"two"
    assert not archive.has("word")
    assert archive.read("word") == b""


def test_a_member_that_unpacks_too_far_is_refused_before_it_is_unpacked():
    body = zipped({"word/document.xml": b" " * 20_000_000})
    assert len(body) < 30_000
    with pytest.raises(ParsingFailed, match="unpacks to far more"):
        Archive(body).read("word/document.xml")


def test_a_bomb_that_is_not_asked_for_does_no_harm():
    assert Archive(zipped({"media/big.bmp": b" " * 20_000_000, "a.xml": "<a/>"})).read("a.xml") == b"<a/>"


def test_many_members_that_are_fine_alone_may_be_too_much_together(monkeypatch):
    monkeypatch.setattr(archives, "MOST_INFLATED", 1000)
    archive = Archive(zipped({"a": b"x" * 600, "b": b"x" * 600}))
    archive.read("a")
    with pytest.raises(ParsingFailed, match="unpacks to far more"):
        archive.read("b")


def test_a_member_that_is_larger_than_it_says_is_refused():
    body = zipped({"a": b"x" * 5000})
    assert body.count((5000).to_bytes(4, "little")) == 2
    with pytest.raises(ParsingFailed, match="damaged"):
        Archive(body.replace((5000).to_bytes(4, "little"), (10).to_bytes(4, "little"))).read("a")


def test_too_many_members_are_refused_unread(monkeypatch):
    monkeypatch.setattr(archives, "MOST_MEMBERS", 3)
    with pytest.raises(ParsingFailed, match="holds 4 parts; at most 3"):
        Archive(zipped(dict.fromkeys("abcd", "x")))


@pytest.mark.parametrize("cut", [10, 100, 1000, -1, -30])
def test_a_file_that_was_cut_off_is_damaged(cut):
    body = zipped({"a": bytes(range(256)) * 100, "b": "x"}, zipfile.ZIP_STORED)
    with pytest.raises(ParsingFailed, match="damaged or was cut off"):
        Archive(body[:cut]).read("a")


def test_a_changed_byte_is_noticed():
    body = bytearray(zipped({"a": bytes(range(256)) * 100}, zipfile.ZIP_STORED))
    body[200] ^= 1
    with pytest.raises(ParsingFailed, match="damaged"):
        Archive(bytes(body)).read("a")


def test_a_member_under_a_password_is_named_so():
    body = bytearray(zipped({"a": "x"}))
    body[body.index(b"PK\x03\x04") + 6] |= 1
    body[body.index(b"PK\x01\x02") + 8] |= 1
    with pytest.raises(ParsingFailed, match="password"):
        Archive(bytes(body)).read("a")
