"""From a manifest to principals and reader sets: who may read which file of a folder.

    groups:
      finance: [anna@example.com, "group:controlling"]
    documents:
      - pattern: finance/board/**
        all_of: [["group:finance"], ["group:board"]]
        classification: restricted
      - pattern: finance/**
        readers: ["group:finance"]

The first entry that names a file decides everything about it; a file that no entry names is invisible.
README.md beside this file describes the format.
"""

import re
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property
from typing import cast, get_args

from connectors.base import DocumentAccess, DocumentStatus, ReaderSet, SourceError, SourceGroup, SourcePrincipal
from connectors.files.patterns import compiled_pattern, has_wildcard
from connectors.located_yaml import Listing, Node, Place, Table, Text, YamlMistake, parse

MEMBERS = SourcePrincipal("audience", "members", name="All members")
"""The audience of the source. Whom it means is the administrator's choice, never the manifest's."""

CLASSIFICATIONS = ("public", "internal", "confidential", "restricted")
"""The labels the product knows, in any case; any other label is treated as restricted."""

_STATUSES = get_args(DocumentStatus)
_EMAIL = re.compile(r"[^@\s:]+@[^@\s:]+\.[^@\s:.]+")
_SHOWN_MISTAKES = 20
_LONGEST_TEXT = 300


class ManifestError(SourceError):
    """The manifest cannot be used. `mistakes`: one sentence each, with file, line and column."""

    def __init__(self, mistakes: list[str]) -> None:
        more = len(mistakes) - _SHOWN_MISTAKES
        shown = [*mistakes[:_SHOWN_MISTAKES], *([f"... and {more} more."] if more > 0 else [])]
        super().__init__("\n".join(shown), permanent=True)
        self.mistakes = tuple(mistakes)


@dataclass(frozen=True, slots=True)
class Entry:
    """One pattern of `documents:` with what it gives. `line`: of the pattern, 0 where there is no manifest."""

    pattern: str
    access: DocumentAccess
    status: DocumentStatus
    line: int


@dataclass(frozen=True)
class Manifest:
    """What a manifest says, checked. `name` as shown to people."""

    name: str
    groups: tuple[SourceGroup, ...]
    entries: tuple[Entry, ...]

    def entry_for(self, path: str) -> Entry | None:
        """The first entry with a pattern that names this path, or None: nobody may read it."""
        exact = self._exact.get(path, len(self.entries))
        for position, expression in self._wildcards:
            if position >= exact:
                break
            if expression.fullmatch(path):
                return self.entries[position]
        return self.entries[exact] if exact < len(self.entries) else None

    @property
    def uses_members(self) -> bool:
        """Whether the audience `members` may read anything."""
        return any(MEMBERS in readers.principals for entry in self.entries for readers in entry.access.reader_sets)

    def advice(self, paths: Iterable[str]) -> list[str]:
        """What is no mistake but hardly meant, given the paths of the folder: a sentence each."""
        deciding = {id(self.entry_for(path)) for path in paths}
        sentences = []
        for entry in self.entries:
            where = f"{self.name}, line {entry.line}"
            label = entry.access.classification
            if label and label.lower() not in CLASSIFICATIONS:
                known = _listed(CLASSIFICATIONS)
                sentences.append(f"{where}: the classification `{label}` is none of {known}; it counts as restricted.")
            if id(entry) not in deciding:
                sentences.append(f"{where}: the pattern `{entry.pattern}` decides about no file.")
        return sentences

    @cached_property
    def _exact(self) -> dict[str, int]:
        """Patterns without wildcards, so that a manifest with a line for each file stays fast."""
        positions: dict[str, int] = {}
        for position, entry in enumerate(self.entries):
            if not has_wildcard(entry.pattern):
                positions.setdefault(entry.pattern, position)
        return positions

    @cached_property
    def _wildcards(self) -> list[tuple[int, re.Pattern[str]]]:
        return [
            (position, compiled_pattern(entry.pattern))
            for position, entry in enumerate(self.entries)
            if has_wildcard(entry.pattern)
        ]


def everything_to_members() -> Manifest:
    """What holds where an administrator gave the whole folder to all members, without a manifest."""
    access = DocumentAccess((ReaderSet(frozenset({MEMBERS})),))
    return Manifest("", (), (Entry("**", access, "current", 0),))


def read_manifest(content: bytes, name: str) -> Manifest:
    """The manifest in `content`. Raises ManifestError that names every mistake, not only the first."""
    try:
        root = parse(content)
    except YamlMistake as mistake:
        raise ManifestError([f"{name}, {mistake.place}: {mistake.reason}."]) from mistake
    reader = _Reader(name)
    manifest = reader.manifest(root)
    if reader.mistakes:
        raise ManifestError(reader.mistakes)
    return manifest


class _Reader:
    """Walks the nodes of one manifest, notes mistakes and goes on; what it returns counts only without mistakes."""

    def __init__(self, name: str) -> None:
        self.mistakes: list[str] = []
        self._name = name
        self._groups: dict[str, SourcePrincipal] = {}

    def manifest(self, root: Node) -> Manifest:
        rows = self._rows(root, "the manifest", required=("documents",), optional=("groups",))
        groups = self._group_table(rows["groups"]) if "groups" in rows else ()
        listed = self._items(rows["documents"], "documents") if "documents" in rows else []
        entries = tuple(entry for node in listed for entry in self._entries(node))
        return Manifest(self._name, groups, entries)

    def _wrong(self, place: Place, reason: str) -> None:
        self.mistakes.append(f"{self._name}, {place}: {reason}.")

    def _rows(self, node: Node, what: str, required: Iterable[str], optional: Iterable[str]) -> dict[str, Node]:
        if not isinstance(node, Table):
            self._wrong(node.place, f"{what} must be a table of `key: value` lines")
            return {}
        known = (*required, *optional)
        for key, _ in node.rows.values():
            if key.value not in known:
                self._wrong(key.place, f"unknown key `{key.value}`; {what} can have {_listed(known)}")
        for missing in (key for key in required if key not in node.rows):
            self._wrong(node.place, f"{what} has no `{missing}`")
        return {key: value for key, (_, value) in node.rows.items()}

    def _items(self, node: Node, what: str) -> list[Node]:
        """The items of a list that must not be empty."""
        if not isinstance(node, Listing):
            self._wrong(node.place, f"`{what}` must be a list")
            return []
        if not node.items:
            self._wrong(node.place, f"`{what}` is empty")
        return node.items

    def _text(self, node: Node, what: str) -> str:
        if not isinstance(node, Text):
            self._wrong(node.place, f"{what} must be text")
            return ""
        value = unicodedata.normalize("NFC", node.value).strip()
        if not value:
            self._wrong(node.place, f"{what} is empty")
        if len(value) > _LONGEST_TEXT:
            self._wrong(node.place, f"{what} is longer than {_LONGEST_TEXT} characters")
        return value

    def _group_table(self, node: Node) -> tuple[SourceGroup, ...]:
        if not isinstance(node, Table):
            self._wrong(node.place, "`groups` must be a table of `name: [members]` lines")
            return ()
        for key, _ in node.rows.values():
            name = self._text(key, "a group's name")
            if name in self._groups:
                self._wrong(key.place, f"the group `{name}` is there twice")
            self._groups[name] = SourcePrincipal("group", name, name=name)
        groups = []
        for key, members in node.rows.values():
            name = unicodedata.normalize("NFC", key.value).strip()
            groups.append(SourceGroup(self._groups[name], self._members(members, name)))
        return tuple(groups)

    def _members(self, node: Node, name: str) -> frozenset[SourcePrincipal]:
        """A group may be empty: it lets nobody in."""
        if not isinstance(node, Listing):
            self._wrong(node.place, f"the members of `{name}` must be a list")
            return frozenset()
        members = [(item.place, self._principal(item)) for item in node.items]
        for place in (place for place, member in members if member == MEMBERS):
            self._wrong(place, f"`members` cannot be in a group, as in `{name}`; name it as a reader of documents")
        return frozenset(member for _, member in members if member is not None)

    def _principal(self, node: Node) -> SourcePrincipal | None:
        if isinstance(node, Table) and list(node.rows) == ["group"]:
            self._wrong(node.place, "write `group:NAME` without a space, in quotes")
            return None
        value = self._text(node, "a reader")
        if value == MEMBERS.key:
            return MEMBERS
        if value.startswith("group:"):
            name = value.removeprefix("group:").strip()
            if name not in self._groups:
                self._wrong(node.place, f"unknown group `{name}`")
            return self._groups.get(name)
        if value and not _EMAIL.fullmatch(value):
            self._wrong(node.place, f"`{value[:80]}` is no e-mail address, no `group:NAME` and not `members`")
            return None
        return SourcePrincipal("user", value.lower(), email=value.lower())

    def _entries(self, node: Node) -> list[Entry]:
        optional = ("readers", "all_of", "classification", "department", "status")
        rows = self._rows(node, "an entry of `documents`", required=("pattern",), optional=optional)
        if isinstance(node, Table) and ("readers" in rows) == ("all_of" in rows):
            self._wrong(node.place, "an entry needs either `readers` or `all_of`, and not both")
        access = DocumentAccess(
            self._reader_sets(rows),
            classification=self._text(rows["classification"], "`classification`") if "classification" in rows else "",
            department=self._text(rows["department"], "`department`") if "department" in rows else "",
        )
        status = self._status(rows.get("status"))
        patterns = self._patterns(rows["pattern"]) if "pattern" in rows else []
        return [Entry(pattern, access, status, line) for pattern, line in patterns]

    def _reader_sets(self, rows: dict[str, Node]) -> tuple[ReaderSet, ...]:
        if "readers" in rows:
            return (self._reader_set(rows["readers"], "readers"),)
        conditions = self._items(rows["all_of"], "all_of") if "all_of" in rows else []
        return tuple(self._reader_set(condition, "a condition of all_of") for condition in conditions)

    def _reader_set(self, node: Node, what: str) -> ReaderSet:
        items = [node] if isinstance(node, Text) else self._items(node, what)
        principals = (self._principal(item) for item in items)
        return ReaderSet(frozenset(principal for principal in principals if principal is not None))

    def _status(self, node: Node | None) -> DocumentStatus:
        if node is None:
            return "current"
        value = self._text(node, "`status`")
        if value not in _STATUSES:
            self._wrong(node.place, f"`status` is `{value[:80]}`; it can be {_listed(_STATUSES)}")
        return cast(DocumentStatus, value)

    def _patterns(self, node: Node) -> list[tuple[str, int]]:
        """Patterns and their lines."""
        patterns = []
        for item in [node] if isinstance(node, Text) else self._items(node, "pattern"):
            pattern = self._text(item, "a pattern")
            try:
                compiled_pattern(pattern)
            except ValueError as error:
                self._wrong(item.place, f"the pattern `{pattern}` {error}")
            patterns.append((pattern, item.place.line))
        return patterns


def _listed(words: Iterable[str]) -> str:
    return ", ".join(f"`{word}`" for word in words)
