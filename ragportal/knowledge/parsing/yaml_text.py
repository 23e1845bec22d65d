"""YAML to blocks, comments included. Nothing is constructed: every scalar is text as written."""

import re
from collections import deque
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import takewhile
from typing import Any

import yaml

from ragportal.knowledge.parsing.building import TextBuilder, clean
from ragportal.knowledge.parsing.decoding import decode
from ragportal.knowledge.parsing.document import ParsedDocument, ParsingFailed
from ragportal.knowledge.parsing.plain import parse_plain
from ragportal.knowledge.parsing.trees import (
    MOST_NESTED,
    MOST_VALUES,
    Record,
    Tree,
    add_tree,
    name_of,
    too_deep,
    too_many,
)

_LOADER = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
_COMMENT = re.compile(r"(?:^|[\s,\[{])#+\s?(?P<text>.*)$")
_MERGE = "<<"


def parse_yaml(body: bytes, charset: str) -> ParsedDocument:
    """All documents of the file; what is not YAML is read as plain text. It has no title.

    Raises ParsingFailed for what is nested too deeply, refers to itself, or has too many values for a document,
    each alias counted as what it stands for.
    """
    text = clean(decode(body, charset))
    try:
        events = list(_bounded(text))
    except yaml.YAMLError:
        return parse_plain(body, charset)
    comments = _comments(text, events)
    builder = TextBuilder()
    builder.add("paragraph", _opening(text, comments))
    trees = _Reader(comments).read(events)
    for number, tree in enumerate(trees, start=1):
        if len(trees) > 1:
            builder.add("heading", _document_name(tree, f"Document {number}"), level=1)
        add_tree(builder, tree, level=1 if len(trees) == 1 else 2)
    return ParsedDocument("", builder.text, tuple(builder.blocks))


def _bounded(text: str) -> Iterator[yaml.Event]:
    """The events of the text, refused as soon as they are too many or too deep: the rest would cost too much."""
    depth = 0
    for number, event in enumerate(yaml.parse(text, Loader=_LOADER)):
        depth += isinstance(event, yaml.CollectionStartEvent)
        depth -= isinstance(event, yaml.CollectionEndEvent)
        if depth > MOST_NESTED:
            raise too_deep()
        if number > 2 * MOST_VALUES:
            raise too_many()
        yield event


def _document_name(tree: Tree, otherwise: str) -> str:
    metadata = tree.entries.get("metadata", "") if isinstance(tree, Record) else ""
    return name_of(tree, name_of(metadata, otherwise))


def _comments(text: str, events: Sequence[Any]) -> deque[tuple[int, str]]:
    """Line and text of each comment: what stands behind the last value of a line, outside of longer texts."""
    ends: dict[int, int] = {}
    inside: set[int] = set()
    scalars: list[Any] = [event for event in events if isinstance(event, yaml.ScalarEvent)]
    for scalar in scalars:
        is_block = scalar.style in ("|", ">")
        first, last = scalar.start_mark, scalar.end_mark
        inside.update(range(first.line + is_block, last.line))
        ends[first.line if is_block else last.line] = first.column if is_block else last.column
    lines = ((number, line) for number, line in enumerate(text.split("\n")) if number not in inside)
    found = ((number, _COMMENT.search(line, ends.get(number, 0))) for number, line in lines)
    return deque((number, comment["text"].strip()) for number, comment in found if comment)


def _opening(text: str, comments: deque[tuple[int, str]]) -> str:
    """The comment at the top, which is about the file; it is taken out of `comments`."""
    top = sum(1 for _ in takewhile(lambda line: line.startswith("#"), text.split("\n")))
    taken: list[str] = []
    while comments and comments[0][0] < top:
        taken.append(comments.popleft()[1])
    return " ".join(filter(None, taken))


@dataclass(slots=True)
class _Open:
    """A mapping or list that is being read. `key`: of the mapping, the one whose value comes next."""

    tree: Record | list[Tree]
    anchor: str | None
    size: int = 1
    key: str | None = None


class _Reader:
    """Builds trees from events with a stack, so that depth costs nothing until it is refused."""

    def __init__(self, comments: deque[tuple[int, str]]) -> None:
        self._comments = comments
        self._trees: list[Tree] = []
        self._open: list[_Open] = []
        self._anchors: dict[str, tuple[Tree, int]] = {}

    def read(self, events: Sequence[Any]) -> list[Tree]:
        for event in events:
            if isinstance(event, yaml.DocumentStartEvent):
                self._anchors.clear()
            elif isinstance(event, yaml.ScalarEvent):
                self._add(event.value, 1, event, event.anchor)
            elif isinstance(event, yaml.AliasEvent):
                self._add(*self._anchored(str(event.anchor)), event)
            elif isinstance(event, yaml.CollectionStartEvent):
                self._open.append(_Open(Record() if isinstance(event, yaml.MappingStartEvent) else [], event.anchor))
            elif isinstance(event, yaml.CollectionEndEvent):
                self._end(event)
        return self._trees

    def _anchored(self, anchor: str) -> tuple[Tree, int]:
        if anchor not in self._anchors:
            raise ParsingFailed("An alias of the YAML text refers to nothing, or to itself.")
        return self._anchors[anchor]

    def _end(self, event: Any) -> None:
        ended = self._open.pop()
        if isinstance(ended.tree, Record):
            _merge(ended.tree)
        self._add(ended.tree, ended.size, event, ended.anchor)

    def _add(self, tree: Tree, size: int, event: Any, anchor: str | None = None) -> None:
        if anchor:
            self._anchors[anchor] = (tree, size)
        if not self._open:
            self._trees.append(tree)
            return
        holder = self._open[-1]
        holder.size += size
        if holder.size > MOST_VALUES:
            raise too_many()
        if isinstance(holder.tree, list):
            holder.tree.append(tree)
        elif holder.key is None:
            holder.key = tree if isinstance(tree, str) else "?"
            self._take_comments(holder.tree, holder.key, event.start_mark.line)
        else:
            holder.tree.entries[holder.key] = tree
            holder.key = None

    def _take_comments(self, record: Record, key: str, line: int) -> None:
        """What was written above a key or behind it belongs to it."""
        taken: list[str] = []
        while self._comments and self._comments[0][0] <= line:
            taken.append(self._comments.popleft()[1])
        if any(taken):
            record.comments[key] = " ".join(filter(None, taken))


def _merge(record: Record) -> None:
    """What `<<` names is filled in where the mapping does not say it itself."""
    merged = record.entries.pop(_MERGE, None)
    for source in merged if isinstance(merged, list) else [merged]:
        if isinstance(source, Record):
            for key, value in source.entries.items():
                record.entries.setdefault(key, value)
