"""Nested data (JSON, YAML) to blocks that read like a document.

Keys of what is nested are headings, "key: value" is a list item, records of one kind are a table.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TypeAlias, TypeGuard

from ragportal.knowledge.parsing.building import TextBuilder, clean, one_line
from ragportal.knowledge.parsing.document import ParsingFailed, Place
from ragportal.knowledge.parsing.tables import row_line

MOST_NESTED = 60
MOST_VALUES = 200_000

_DEEPEST_HEADING = 6
_LONGEST_ITEM = 200
_LONGEST_LISTING = 160
_MOST_COLUMNS = 40
_LEAST_FILLED = 0.4
_NAMES = ("name", "title", "label", "id", "key")
_COMMENT = "comment"


@dataclass(slots=True)
class Record:
    """A mapping in the order of the file. `comments`: what somebody wrote beside a key."""

    entries: dict[str, "Tree"] = field(default_factory=dict)
    comments: dict[str, str] = field(default_factory=dict)


Tree: TypeAlias = "str | list[Tree] | Record"
"""Values are text as written: `1.10` stays "1.10"."""


def add_tree(builder: TextBuilder, tree: Tree, *, level: int = 1) -> None:
    """Append a value; headings begin at `level`. Raises ParsingFailed if it is nested too deeply."""
    _Writer(builder).add(tree, level, "")


def add_records(builder: TextBuilder, records: Sequence[tuple[int, Tree]]) -> None:
    """Append values that stand on numbered lines of a file."""
    trees = [tree for _, tree in records]
    table = as_table(trees)
    for position, (number, tree) in enumerate(records):
        builder.place = Place("row", str(number))
        if table is None:
            _Writer(builder).element(tree, position + 1, 1, "")
            continue
        if position == 0:
            builder.add("table_header", row_line(table[0]))
        builder.add("table_row", row_line(table[position + 1]), leader=0)
    builder.place = None


def name_of(tree: Tree, otherwise: str) -> str:
    """What a person would call a record."""
    entries: Mapping[str, Tree] = tree.entries if isinstance(tree, Record) else {}
    named = {key.casefold(): value for key, value in entries.items()}
    found = (named.get(key, "") for key in _NAMES)
    return next((one_line(value) for value in found if _is_short(value) and value.strip()), otherwise)


def as_table(trees: Sequence[Tree]) -> list[list[str]] | None:
    """Header and rows, if these are records of one kind with short values; None if they are not."""
    records = [_flat(tree) for tree in trees if isinstance(tree, Record)]
    if len(records) < max(2, len(trees)) or not all(map(_is_short, (v for one in records for v in one.values()))):
        return None
    columns = list(dict.fromkeys(key for record in records for key in record))
    filled = sum(bool(value) for record in records for value in record.values())
    if len(columns) > _MOST_COLUMNS or filled < _LEAST_FILLED * len(columns) * len(records):
        return None
    cells = [[one_line(str(record.get(column, ""))) for column in columns] for record in records]
    return [list(map(one_line, columns)), *cells]


def _flat(record: Record) -> dict[str, Tree]:
    """Nested records as dotted keys, short lists as text, comments in a column of their own."""
    flat: dict[str, Tree] = {}
    for key, value in record.entries.items():
        if isinstance(value, Record) and value.entries and not value.comments:
            flat.update({f"{key}.{inner}": _joined(nested) for inner, nested in value.entries.items()})
        else:
            flat[key] = _joined(value)
    if record.comments:
        flat[_COMMENT] = " ".join(record.comments.values())
    return flat


def _joined(value: Tree) -> Tree:
    """A list of short values on one line, else the value itself."""
    if isinstance(value, Record):
        return value if value.entries else ""
    if isinstance(value, list) and all(map(_is_short, value)):
        line = ", ".join(one_line(str(element)) for element in value)
        return line if len(line) <= _LONGEST_LISTING else value
    return value


def _is_short(value: Tree) -> TypeGuard[str]:
    return isinstance(value, str) and len(value) <= _LONGEST_ITEM and "\n" not in value.strip()


class _Writer:
    """Goes down the tree; below the deepest heading, keys are written with those above them."""

    def __init__(self, builder: TextBuilder) -> None:
        self._builder = builder
        self._depth = 0

    def add(self, tree: Tree, level: int, prefix: str) -> None:
        self._depth += 1
        if self._depth > MOST_NESTED:
            raise too_deep()
        if isinstance(tree, Record):
            self._record(tree, level, prefix)
        elif isinstance(tree, list):
            self._list(tree, level, prefix)
        else:
            self._paragraphs(tree)
        self._depth -= 1

    def _record(self, record: Record, level: int, prefix: str) -> None:
        """What is said in a line first: after a nested key it would seem to belong there."""
        joined = [(key, _joined(value)) for key, value in record.entries.items()]
        for key, value in joined:
            if _is_short(value):
                comment = f" ({record.comments[key]})" if key in record.comments else ""
                self._builder.add("list_item", one_line(f"{prefix}{key}: {value}{comment}"), level=1, marker="-")
        for key, value in joined:
            if not _is_short(value):
                self._section(prefix, key, record.comments.get(key, ""), level)
                self.add(value, level + 1, f"{prefix}{key}." if level > _DEEPEST_HEADING else "")

    def _section(self, prefix: str, key: str, comment: str, level: int) -> None:
        if level <= _DEEPEST_HEADING:
            self._builder.add("heading", one_line(f"{prefix}{key}"), level=level)
        self._builder.add("paragraph", one_line(comment))

    def _list(self, elements: list[Tree], level: int, prefix: str) -> None:
        table = as_table(elements)
        if table:
            header = self._builder.add("table_header", row_line(table[0]))
            for cells in table[1:]:
                self._builder.add("table_row", row_line(cells), leader=header)
            return
        for number, element in enumerate(elements, start=1):
            self.element(element, number, level, prefix)

    def element(self, element: Tree, number: int, level: int, prefix: str) -> None:
        line = _joined(element)
        if _is_short(line):
            above = f"{prefix.removesuffix('.')}: " if prefix else ""
            self._builder.add("list_item", one_line(f"{above}{line}"), level=1, marker="-")
            return
        name = name_of(element, str(number))
        self._section(prefix, name, "", level)
        self.add(element, level + 1, f"{prefix}{name}." if level > _DEEPEST_HEADING else "")

    def _paragraphs(self, text: str) -> None:
        for paragraph in _parts(clean(text)):
            self._builder.add("paragraph", paragraph)


def _parts(text: str) -> Iterator[str]:
    lines: list[str] = []
    for line in (*text.split("\n"), ""):
        if line.strip():
            lines.append(one_line(line))
        elif lines:
            yield "\n".join(lines)
            lines = []


def too_deep() -> ParsingFailed:
    """The refusal of what is nested deeper than MOST_NESTED."""
    return ParsingFailed(f"The data is nested more than {MOST_NESTED} levels deep.")


def too_many() -> ParsingFailed:
    """The refusal of what has more than MOST_VALUES values."""
    return ParsingFailed(f"There are more than {MOST_VALUES:,} values: that is data rather than a document.")


def count_values(trees: Iterable[Tree]) -> int:
    """Values in all, nested ones included."""
    pending, count = list(trees), 0
    while pending:
        tree = pending.pop()
        count += 1
        if isinstance(tree, Record):
            pending.extend(tree.entries.values())
        elif isinstance(tree, list):
            pending.extend(tree)
    return count
