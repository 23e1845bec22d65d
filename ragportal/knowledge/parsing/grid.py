"""Tables of cells to blocks: which rows are the header, and each row with it as its leader."""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from ragportal.knowledge.parsing.building import TextBuilder
from ragportal.knowledge.parsing.document import Place
from ragportal.knowledge.parsing.tables import row_line

WIDEST = 200
LONGEST_NAME = 80
"""Characters of a column's name."""

_NUMBER = re.compile(r"[-+(]?[^\w\s]{0,3}\s?\d[\d.,:/\s%'-]*\)?\s?(?:[^\W\d]{1,3}|[^\w\s])?")
_YEAR = re.compile(r"(?:19|20)\d\d")


@dataclass(frozen=True, slots=True)
class Row:
    """Cells that are each one line of clean text. `strong`: set apart by bold type or a fill; `number` on its sheet."""

    cells: tuple[str, ...]
    strong: bool = False
    number: int | None = None

    @property
    def filled(self) -> int:
        return sum(1 for cell in self.cells if cell)


def is_number(text: str) -> bool:
    """Whether a cell holds an amount, date or the like, as opposed to a name."""
    return bool(_NUMBER.fullmatch(text))


def header_rows(rows: Sequence[Row], *, stated: bool = False, by_words: bool = True) -> int:
    """How many rows at the top name the columns, judged by what stands there: 0 to 2.

    `stated`: at least one does. `by_words`: three columns of words alone are taken to have names.
    """
    if len(rows) < 2:
        return 0
    if _goes_on(rows) and (stated or _names_columns(rows[1])):
        return 2
    if stated:
        return 1 if rows[0].filled > 1 or (rows[0].filled and not rows[0].cells[0]) else 0
    if not _names_columns(rows[0]):
        return 0
    if rows[0].strong and not rows[1].strong:
        return 1
    if _has_gaps(rows[0]) and len(rows) > 2 and _names_columns(rows[1]) and _differs(rows[1], rows[2]):
        return 2
    return 1 if _differs(rows[0], rows[1]) or (by_words and _looks_named(rows)) else 0


def add_rows(builder: TextBuilder, rows: Sequence[Row], header: int, leader: int | None = None) -> int | None:
    """Add a table whose first `header` rows name its columns; returns the header's block, or `leader` without one."""
    if header:
        _place(builder, rows[0])
        leader = builder.add("table_header", row_line(_joined_names(rows[:header])))
    for row in rows[header:]:
        if row.filled:
            _place(builder, row)
            builder.add("table_row", row_line(row.cells[:WIDEST]), leader=leader)
    return leader


def _place(builder: TextBuilder, row: Row) -> None:
    if row.number is not None:
        builder.place = Place("row", str(row.number))


def _joined_names(rows: Sequence[Row]) -> list[str]:
    """One name a column: "2025" over "Q1" is "2025 Q1", and a name over several columns counts for each of them."""
    if len(rows) == 1:
        return list(rows[0].cells[:WIDEST])
    above = ""
    names = []
    for upper, lower in zip(rows[0].cells[:WIDEST], rows[1].cells[:WIDEST], strict=True):
        above = upper or above
        names.append(" ".join(dict.fromkeys(filter(None, (above, lower)))))
    return names


def _is_name(text: str) -> bool:
    """Years are the names of many a column."""
    return not is_number(text) or _is_year(text)


def _is_year(text: str) -> bool:
    return bool(_YEAR.fullmatch(text))


def _names_columns(row: Row) -> bool:
    names = [cell for cell in row.cells if cell]
    return (
        len(names) >= 2
        and len(names) * 3 >= len(row.cells)
        and all(len(name) <= LONGEST_NAME for name in names)
        and sum(not _is_name(name) for name in names) * 2 < len(names)
    )


def _goes_on(rows: Sequence[Row]) -> bool:
    """Whether a second row tells columns of the first apart: names over several columns above, and the same corner."""
    if len(rows) < 3 or not _has_gaps(rows[0]):
        return False
    return rows[0].cells[0] == rows[1].cells[0] != rows[2].cells[0] and rows[1].filled > rows[0].filled


def _has_gaps(row: Row) -> bool:
    return row.filled < len(row.cells)


def _differs(names: Row, values: Row) -> bool:
    """A column whose name is words, or a year, and whose value is a number of another kind."""
    pairs = zip(names.cells, values.cells, strict=False)
    return any(
        name and _is_name(name) and is_number(value) and not (_is_year(name) and _is_year(value))
        for name, value in pairs
    )


def _looks_named(rows: Sequence[Row]) -> bool:
    """Three columns and more of words only: a table that is no list of pairs hardly goes without names."""
    first = rows[0]
    names = [cell for cell in first.cells if cell]
    is_whole = len(names) * 3 >= len(first.cells) * 2 and rows[1].filled >= len(names)
    if any(map(is_number, names)):
        return False
    return len(first.cells) >= 3 and (is_whole or not _has_gaps(first)) and len(set(names)) == len(names)
