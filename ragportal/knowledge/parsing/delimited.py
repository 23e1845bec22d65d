"""CSV and its relatives to table rows: which sign parts the cells and whether there is a header, is found out."""

import csv
import re
from collections import Counter, deque
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from io import StringIO
from itertools import chain
from typing import Literal

from ragportal.knowledge.parsing.building import TextBuilder, clean, one_line
from ragportal.knowledge.parsing.decoding import decode
from ragportal.knowledge.parsing.document import ParsedDocument, ParsingFailed, Place
from ragportal.knowledge.parsing.grid import LONGEST_NAME, is_number
from ragportal.knowledge.parsing.tables import row_line

MOST_ROWS = 20_000
MOST_COLUMNS = 1_000

# Where several fit equally well: a comma also stands in numbers and sentences, a tab hardly anywhere else.
_DELIMITERS = ("\t", ";", "|", ",")
_NONE = "\x1f"  # `clean` leaves none of these in a text: it parts the cells of a table of one column
_END = "\x1e"
_SAMPLE = 200_000
_EXCEL_HINT = re.compile(r"\ufeff?sep=(?P<delimiter>[^\w\s]|\t)\n", re.IGNORECASE)
_YEAR = re.compile(r"(?:19|20)\d\d")
_LEAST_TABLE = 3
_MOSTLY = 0.8


@dataclass(frozen=True, slots=True)
class _Row:
    """A line of the table that is not blank. `number`: counted as a spreadsheet does, from 1, blank ones included."""

    number: int
    cells: tuple[str, ...]


def parse_delimited(body: bytes, charset: str) -> ParsedDocument:
    """One table. Lines of a single cell before it are paragraphs. It has no title.

    Raises ParsingFailed for more than MOST_ROWS rows or MOST_COLUMNS columns: that is data, not a document.
    """
    rows = _rows(clean(decode(body, charset)))
    builder = TextBuilder()
    preamble = _preamble(rows)
    for row in preamble:
        builder.add("paragraph", row.cells[0])
    add_table(builder, [(row.number, row.cells) for row in rows[len(preamble) :]])
    return ParsedDocument("", builder.text, tuple(builder.blocks))


def add_table(builder: TextBuilder, rows: Sequence[tuple[int, Sequence[str]]]) -> None:
    """Append numbered rows of clean cells; the first one is the header if it reads like one."""
    header: int | None = None
    for position, (number, cells) in enumerate(rows):
        builder.place = Place("row", str(number))
        if position == 0 and has_header([cells for _, cells in rows]):
            header = builder.add("table_header", row_line(cells))
        else:
            builder.add("table_row", row_line(cells), leader=header)
    builder.place = None


def has_header(rows: Sequence[Sequence[str]]) -> bool:
    """Whether the first row names the columns: short words above numbers, or words that no column holds again."""
    first, below = rows[0], rows[1:]
    named = [(cell, [row[place] for row in below if len(row) > place]) for place, cell in enumerate(first) if cell]
    if not below or not named or not all(_may_be_name(cell, column) for cell, column in named):
        return False
    if any(_holds_numbers(column) for _, column in named):
        return True
    distinct = {cell.casefold() for cell, _ in named}
    return len(distinct) == len(named) and not any(cell in column for cell, column in named)


def _may_be_name(cell: str, column: Sequence[str]) -> bool:
    if _YEAR.fullmatch(cell):
        return sum(bool(_YEAR.fullmatch(value)) for value in column) <= len(column) / 2
    return len(cell) <= LONGEST_NAME and not (is_number(cell) or "@" in cell or "://" in cell)


def _holds_numbers(column: Sequence[str]) -> bool:
    values = [value for value in column if value]
    numbers = sum(len(value) <= LONGEST_NAME and is_number(value) for value in values)
    return bool(values) and numbers >= _MOSTLY * len(values)


def _preamble(rows: Sequence[_Row]) -> Sequence[_Row]:
    """Rows above the table that say what it is about: one cell where the table has at least three."""
    width = Counter(len(row.cells) for row in rows).most_common(1)[0][0] if rows else 0
    place = 0
    while width >= _LEAST_TABLE and place < len(rows) and len(rows[place].cells) == 1:
        place += 1
    return rows[:place]


def _rows(text: str) -> list[_Row]:
    hint = _EXCEL_HINT.match(text)
    text = text[hint.end() :] if hint else text
    delimiter = hint["delimiter"] if hint else _delimiter(text)
    rows: list[_Row] = []
    for number, cells in enumerate(_records(text, delimiter), start=1):
        shown = [one_line(cell) for cell in cells]
        while shown and not shown[-1]:
            shown.pop()
        if len(shown) > MOST_COLUMNS:
            raise ParsingFailed(f"The table has more than {MOST_COLUMNS:,} columns.")
        if shown:
            rows.append(_Row(number, tuple(shown)))
        if len(rows) > MOST_ROWS:
            raise ParsingFailed(f"The table has more than {MOST_ROWS:,} rows: that is data rather than a document.")
    return rows


def _delimiter(text: str) -> str:
    """The sign by which most lines have the same number of cells, and more than one."""
    sample = text[:_SAMPLE]
    best, best_share = _NONE, 0.0
    for delimiter in _DELIMITERS:
        widths = Counter(len(cells) for cells in _records(sample, delimiter) if cells)
        width, count = widths.most_common(1)[0] if widths else (1, 0)
        if width > 1 and count / widths.total() > best_share:
            best, best_share = delimiter, count / widths.total()
    return best


def _records(text: str, delimiter: str) -> Iterator[list[str]]:
    """Cells by line; where a quotation mark opens and never closes, quotation marks are ordinary signs."""
    try:
        last = deque(csv.reader(chain(StringIO(text), ("\n", _END)), delimiter=delimiter), maxlen=1)
        quoting: Literal[0, 3] = csv.QUOTE_MINIMAL if last[0] == [_END] else csv.QUOTE_NONE
        yield from csv.reader(StringIO(text), delimiter=delimiter, quoting=quoting)
    except csv.Error as error:
        raise ParsingFailed("A cell of the table is longer than can be read.") from error
