"""Which parser reads which type of document. A new type is one file beside this one and one row here."""

from collections.abc import Callable, Mapping
from pathlib import PurePosixPath
from types import MappingProxyType

from ragportal.knowledge.parsing.document import ParsedDocument
from ragportal.knowledge.parsing.html import parse_html
from ragportal.knowledge.parsing.markdown import parse_markdown
from ragportal.knowledge.parsing.plain import parse_plain

Parser = Callable[[bytes, str], ParsedDocument]
"""Body and declared charset ("" = none) to a document without language. Raises ParsingFailed."""

PARSERS: Mapping[str, Parser] = MappingProxyType(
    {
        "text/markdown": parse_markdown,
        "text/html": parse_html,
        "application/xhtml+xml": parse_html,
        "text/plain": parse_plain,
    }
)

_BY_SUFFIX: Mapping[str, str] = MappingProxyType(
    {
        ".md": "text/markdown",
        ".markdown": "text/markdown",
        ".mdx": "text/markdown",
        ".html": "text/html",
        ".htm": "text/html",
        ".xhtml": "application/xhtml+xml",
        ".txt": "text/plain",
        ".text": "text/plain",
    }
)
_VAGUE = frozenset({"", "text/plain", "application/octet-stream", "text/x-markdown"})
_HTML_BEGINNINGS = (b"<!doctype html", b"<html")


def find_type(media_type: str, name: str, body: bytes) -> str:
    """The type to read a document as: what is stated, but a vague statement yields to content, then name."""
    stated = media_type.partition(";")[0].strip().lower()
    if stated not in _VAGUE:
        return stated
    by_name = _BY_SUFFIX.get(PurePosixPath(name).suffix.lower(), "")
    if by_name in {"", "text/plain"} and body[:1024].lstrip(b"\xef\xbb\xbf \t\r\n").lower().startswith(
        _HTML_BEGINNINGS
    ):
        return "text/html"
    return by_name or stated
