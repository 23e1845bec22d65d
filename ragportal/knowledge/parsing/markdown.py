"""Markdown to blocks, by way of HTML, so that both are read alike (and HTML inside Markdown as well)."""

import dataclasses
import datetime
import re
from collections.abc import Mapping
from typing import Any

import yaml
from markdown_it import MarkdownIt

from connectors.base import DocumentStatus
from ragportal.knowledge.parsing.building import one_line
from ragportal.knowledge.parsing.decoding import decode
from ragportal.knowledge.parsing.document import ParsedDocument
from ragportal.knowledge.parsing.html import parse_markup

_FRONT_MATTER = re.compile(r"\A\ufeff?---[ \t]*\n(.{0,20000}?)\n(?:---|\.\.\.)[ \t]*(?:\n|\Z)", re.DOTALL)
_SHORTCODE = re.compile(r"\{\{[<%][^\n]{0,500}?[>%]\}\}")
_ATTRIBUTES = re.compile(r"[ \t]*\{:?[ \t]*[#.][^{}\n]{0,200}\}[ \t]*$", re.MULTILINE)
_CONTENTS_MARKER = re.compile(r"^\s*(?:\[\[?_?TOC_?\]?\]|\{:toc\})\s*$", re.MULTILINE | re.IGNORECASE)

_STATUS: Mapping[str, DocumentStatus] = {
    **dict.fromkeys(("archived", "deprecated", "obsolete", "retired"), "archived"),
    **dict.fromkeys(("superseded", "replaced"), "superseded"),
    **dict.fromkeys(("current", "active", "published", "final", "approved"), "current"),
}
_DATES = ("updated", "last_updated", "lastmod", "modified", "date")


def parse_markdown(body: bytes, charset: str) -> ParsedDocument:
    """CommonMark with tables. Front matter (YAML between `---`) gives title, status and date, and is not text.

    Markers of site generators (short codes, `{#anchor}` after a heading, `[TOC]`) are not text either.
    """
    text = decode(body, charset).replace("\r\n", "\n")
    front = _FRONT_MATTER.match(text)
    parsed = parse_markup(_to_html(text[front.end() :] if front else text))
    return _with_front_matter(parsed, _read_yaml(front[1])) if front else parsed


def _to_html(text: str) -> str:
    for marker in (_SHORTCODE, _CONTENTS_MARKER, _ATTRIBUTES):
        text = marker.sub("", text)
    markdown = MarkdownIt("commonmark", {"html": True, "maxNesting": 50}).enable(["table", "strikethrough"])
    return str(markdown.render(text))


def _read_yaml(front: str) -> dict[str, Any]:
    try:
        read = yaml.safe_load(front)
    except (yaml.YAMLError, ValueError):
        return {}  # people write front matter by hand; the document itself is still good
    return {str(key).lower(): value for key, value in read.items()} if isinstance(read, dict) else {}


def _with_front_matter(parsed: ParsedDocument, front: dict[str, Any]) -> ParsedDocument:
    title = front.get("title")
    dates = (_as_date(front.get(key)) for key in _DATES)
    status = _STATUS.get(str(front.get("status", "")).strip().lower())
    return dataclasses.replace(
        parsed,
        title=one_line(title) if isinstance(title, str) and title.strip() else parsed.title,
        status="archived" if front.get("archived") is True or front.get("deprecated") is True else status,
        date=next(filter(None, dates), None),
    )


def _as_date(value: Any) -> datetime.date | None:
    if isinstance(value, datetime.datetime):
        return value.date()
    if isinstance(value, datetime.date):
        return value
    try:
        return datetime.date.fromisoformat(str(value)[:10])
    except ValueError:
        return None
