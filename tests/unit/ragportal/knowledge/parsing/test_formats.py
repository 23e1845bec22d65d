import pytest

from ragportal.knowledge.parsing.formats import PARSERS, find_type
from ragportal.knowledge.parsing.recognition import WORD


@pytest.mark.parametrize(
    ("media_type", "name", "body", "found"),
    [
        ("text/markdown; charset=utf-8", "x.txt", b"", "text/markdown"),
        ("TEXT/HTML", "x.md", b"", "text/html"),
        ("text/plain", "notes/x.MD", b"", "text/markdown"),
        ("", "x.htm", b"", "text/html"),
        ("application/octet-stream", "x.txt", b"words", "text/plain"),
        ("text/plain", "x.txt", b"\xef\xbb\xbf\n <!DOCTYPE HTML><p>", "text/html"),
        ("", "x.md", b"<html>", "text/markdown"),
        ("text/plain", "no suffix", b"words", "text/plain"),
        ("", "x.bin", b"words", "text/plain"),
        ("", "LICENSE", "Größe".encode("utf-16"), "text/plain"),
        ("", "x.bin", b"\x00\x01\x02\x03", ""),
        ("application/pdf", "x.pdf", b"words", "text/plain"),
        ("application/pdf", "x.md", b"words", "text/markdown"),
        ("image/png", "x.png", b"<html><p>words", "text/html"),
        ("application/pdf", "x.pdf", b"\x00\x01\x02\x03", "application/pdf"),
        ("", "x.docx", b"\x00\x01\x02\x03", WORD),
        ("text/plain", "x.txt", b"%PDF-1.7\n", "application/pdf"),
        ("text/html", "x.html", b"\x89PNG\r\n\x1a\n", "image"),
    ],
)
def test_bytes_count_most_then_what_is_stated_then_the_name(media_type, name, body, found):
    assert find_type(media_type, name, body) == found


def test_every_type_that_a_name_can_mean_has_a_parser():
    for suffix in ("md", "markdown", "mdx", "html", "htm", "xhtml", "txt", "text"):
        assert find_type("", f"x.{suffix}", b"") in PARSERS
