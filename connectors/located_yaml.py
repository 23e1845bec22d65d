"""YAML in which every value knows its line and column, so that a mistake can be shown where it stands.

Only what configuration files need: mappings, lists and text. Every scalar is text exactly as written
(`no` is "no", `2024` is "2024"). Tags, anchors and aliases are refused, so nothing is constructed and
nothing can be multiplied.
"""

import re
from dataclasses import dataclass
from typing import Protocol

import yaml

DEEPEST = 20
"""Levels of nesting; a configuration file needs about five."""

_LOADER = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
_UNPRINTABLE = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x84\x86-\x9f\ufffe\uffff\ud800-\udfff]")


@dataclass(frozen=True, slots=True)
class Place:
    """Where something stands in a file, both counted from 1."""

    line: int
    column: int

    def __str__(self) -> str:
        return f"line {self.line}, column {self.column}"


@dataclass(frozen=True, slots=True)
class Text:
    """A scalar, as written."""

    place: Place
    value: str


@dataclass(frozen=True, slots=True)
class Listing:
    """A sequence."""

    place: Place
    items: list["Node"]


@dataclass(frozen=True, slots=True)
class Table:
    """A mapping in the order of the file; keys are text and appear once."""

    place: Place
    rows: dict[str, tuple[Text, "Node"]]


Node = Text | Listing | Table


class YamlMistake(Exception):
    """The text is not the YAML that is read here."""

    def __init__(self, place: Place, reason: str) -> None:
        super().__init__(f"{place}: {reason}")
        self.place = place
        self.reason = reason


def parse(content: bytes) -> Node:
    """The one document in `content`, UTF-8. Raises YamlMistake with the place of the first mistake."""
    text = _decoded(content)
    builder = _Builder()
    try:
        for event in yaml.parse(text, Loader=_LOADER):
            builder.take(event)
    except yaml.MarkedYAMLError as error:
        reason = " ".join(part for part in (error.context, error.problem) if part)
        raise YamlMistake(_place(error.problem_mark or error.context_mark), f"not valid YAML: {reason}") from error
    if builder.document is None:
        raise YamlMistake(Place(1, 1), "the file is empty")
    return builder.document


def _decoded(content: bytes) -> str:
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise YamlMistake(_place_at(content[: error.start].decode("utf-8", "replace")), "not UTF-8") from error
    found = _UNPRINTABLE.search(text)
    if found:
        raise YamlMistake(_place_at(text[: found.start()]), f"the control character {found.group()!r} is not allowed")
    return text


def _place_at(before: str) -> Place:
    return Place(before.count("\n") + 1, len(before) - before.rfind("\n"))


class _Mark(Protocol):
    """What the two parsers of PyYAML, in C and in Python, have in common; counted from 0."""

    @property
    def line(self) -> int: ...

    @property
    def column(self) -> int: ...


def _place(mark: _Mark | None) -> Place:
    return Place(mark.line + 1, mark.column + 1) if mark else Place(1, 1)


class _Builder:
    """Builds nodes from parser events with a stack instead of recursion, so that depth costs nothing."""

    def __init__(self) -> None:
        self.document: Node | None = None
        self._open: list[Listing | Table] = []
        self._keys: list[Text | None] = []

    def take(self, event: yaml.Event) -> None:
        place = _place(event.start_mark)
        if isinstance(event, yaml.AliasEvent):
            raise YamlMistake(place, "an alias (*) is not allowed here; name a group instead")
        if isinstance(event, yaml.NodeEvent):
            self._refuse_extras(place, event)
        if isinstance(event, yaml.ScalarEvent):
            self._add(Text(place, event.value))
        elif isinstance(event, yaml.SequenceStartEvent):
            self._begin(Listing(place, []))
        elif isinstance(event, yaml.MappingStartEvent):
            self._begin(Table(place, {}))
        elif isinstance(event, yaml.SequenceEndEvent | yaml.MappingEndEvent):
            self._open.pop()
            self._keys.pop()

    def _refuse_extras(self, place: Place, event: yaml.NodeEvent) -> None:
        if event.anchor is not None:
            raise YamlMistake(place, "an anchor (&) is not allowed here; name a group instead")
        if getattr(event, "tag", None) is not None:
            raise YamlMistake(place, "a tag (!) is not allowed here; every value is plain text")

    def _begin(self, node: Listing | Table) -> None:
        self._add(node)
        if len(self._open) == DEEPEST:
            raise YamlMistake(node.place, f"nested more than {DEEPEST} levels deep")
        self._open.append(node)
        self._keys.append(None)

    def _add(self, node: Node) -> None:
        if not self._open:
            if self.document is not None:
                raise YamlMistake(node.place, "a second YAML document (---) in the same file")
            self.document = node
            return
        holder, key = self._open[-1], self._keys[-1]
        if isinstance(holder, Listing):
            holder.items.append(node)
        elif key is None:
            self._keys[-1] = self._new_key(holder, node)
        else:
            holder.rows[key.value] = (key, node)
            self._keys[-1] = None

    def _new_key(self, holder: Table, node: Node) -> Text:
        if not isinstance(node, Text):
            raise YamlMistake(node.place, "a key must be plain text")
        if node.value in holder.rows:
            first = holder.rows[node.value][0].place
            raise YamlMistake(node.place, f"the key `{node.value}` is there twice, first in line {first.line}")
        return node
