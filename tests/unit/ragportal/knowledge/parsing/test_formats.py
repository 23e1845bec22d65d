import pytest

from ragportal.knowledge.parsing.formats import PARSERS, find_type


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
        ("", "x.bin", b"words", ""),
        ("application/pdf", "x.txt", b"", "application/pdf"),
    ],
)
def test_a_vague_statement_yields_to_content_and_name(media_type, name, body, found):
    assert find_type(media_type, name, body) == found


def test_every_type_that_a_name_can_mean_has_a_parser():
    for suffix in ("md", "markdown", "mdx", "html", "htm", "xhtml", "txt", "text"):
        assert find_type("", f"x.{suffix}", b"") in PARSERS
