"""The cells of a sheet to blocks: where tables begin and end, what names their columns, what stands around them."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from ragportal.knowledge.parsing.building import TextBuilder
from ragportal.knowledge.parsing.document import Place
from ragportal.knowledge.parsing.grid import WIDEST, Row, add_rows, header_rows

ROWS_AT_ONCE = 2_000
"""Rows that are looked at to understand a table; of a longer one, the rest follows as it comes."""
_LABEL = 120
"""Characters of a cell that stands alone and is read as a title or label."""


@dataclass(frozen=True, slots=True)
class Cell:
    """What a reader sees, on one line. `strong`: bold, filled or over several columns."""

    text: str
    strong: bool = False


Cells = Mapping[int, Cell]
"""By column, from 0; empty ones are left out."""


class SheetWriter:
    """Takes the rows of one sheet in their order; `finish` at the end.

    `headers`: numbers of rows that the author made the header of a table.
    """

    def __init__(self, builder: TextBuilder, headers: frozenset[int] = frozenset()) -> None:
        self._builder = builder
        self._headers = headers
        self._band: list[tuple[int, Cells]] = []
        self._columns: Sequence[int] = ()
        self._header: int | None = None
        self._goes_on = False

    def add(self, number: int, cells: Cells) -> None:
        """The row of this number (from 1); rows without cells need not be told."""
        if not cells:
            return
        if self._band and (number > self._band[-1][0] + 1 or number in self._headers or self._is_elsewhere(cells)):
            self._end_band()
        elif len(self._band) >= ROWS_AT_ONCE:
            self._write(self._band)
            self._band, self._goes_on = [], True
        self._band.append((number, cells))

    def finish(self) -> None:
        """No row comes any more."""
        self._end_band()
        self._builder.place = None

    def _is_elsewhere(self, cells: Cells) -> bool:
        """Left or right of all that stands in the band."""
        own = [column for _, before in self._band[-3:] for column in before]
        return max(cells) < min(own) or min(cells) > max(own)

    def _end_band(self) -> None:
        self._write(self._band)
        self._band, self._goes_on = [], False

    def _write(self, band: list[tuple[int, Cells]]) -> None:
        if not band:
            return
        if self._goes_on:
            self._add_table(_rows(band, self._columns), 0, self._header)
            return
        for columns in _groups(band):
            self._write_table(_rows(band, columns), columns)

    def _write_table(self, rows: list[Row], columns: Sequence[int]) -> None:
        if len(columns) == 1:
            self._add_column(rows)
            return
        titles = 0
        while titles < len(rows) and rows[titles].filled == 1 and not self._is_label_of(rows, titles):
            titles += 1
        for row in rows[:titles]:
            self._add_alone(row)
        rows = rows[titles:]
        if not rows:
            return
        header = header_rows(rows, stated=rows[0].number in self._headers)
        goes_on = not header and columns == self._columns
        self._header = self._add_table(rows, header, self._header if goes_on else None)
        self._columns = columns

    def _is_label_of(self, rows: list[Row], place: int) -> bool:
        """Of a row with one cell: whether it belongs to the rows of pairs below, whose second cell may be empty."""
        return place > 0 and rows[place].cells[0] != "" and not rows[place].strong and len(rows[place].cells) == 2

    def _add_table(self, rows: list[Row], header: int, leader: int | None) -> int | None:
        """Rows, with the labels between them as headings."""
        start = 0
        for place in range(header, len(rows)):
            if self._is_section(rows, place):
                leader = add_rows(self._builder, rows[start:place], header if start == 0 else 0, leader)
                self._add_alone(rows[place])
                start = place + 1
        return add_rows(self._builder, rows[start:], header if start == 0 else 0, leader)

    def _is_section(self, rows: list[Row], place: int) -> bool:
        row = rows[place]
        if row.filled != 1 or len(row.cells) < 2:
            return False
        text = next(filter(None, row.cells))
        is_label = row.strong and row.cells[0] != "" and len(row.cells) > 2 and place + 1 < len(rows)
        return is_label or len(text) > _LABEL

    def _add_column(self, rows: list[Row]) -> None:
        """One column alone: a list under its name, or text."""
        leader: int | None = None
        for place, row in enumerate(rows):
            if len(row.cells[0]) > _LABEL or len(rows) == 1:
                self._add_alone(row)
                continue
            self._builder.place = _place(row)
            if row.strong and place + 1 < len(rows) and not rows[place + 1].strong:
                leader = self._builder.add("table_header", row.cells[0])
            else:
                self._builder.add("table_row", row.cells[0], leader=leader)

    def _add_alone(self, row: Row) -> None:
        text = next(filter(None, row.cells))
        self._builder.place = _place(row)
        if row.strong and len(text) <= _LABEL:
            self._builder.add("heading", text, level=2)
        else:
            self._builder.add("paragraph", text)


def _place(row: Row) -> Place | None:
    return Place("row", str(row.number)) if row.number is not None else None


def _groups(band: list[tuple[int, Cells]]) -> list[Sequence[int]]:
    """The columns of each table in a band: tables side by side have an empty column between them."""
    used = sorted({column for _, cells in band for column in cells})
    groups: list[list[int]] = []
    for column in used:
        if groups and column == groups[-1][-1] + 1:
            groups[-1].append(column)
        else:
            groups.append([column])
    if len(band) < 2 or any(len(group) < 2 for group in groups):
        return [range(used[0], min(used[-1] + 1, used[0] + WIDEST))]
    return [range(group[0], min(group[-1] + 1, group[0] + WIDEST)) for group in groups]


def _rows(band: list[tuple[int, Cells]], columns: Sequence[int]) -> list[Row]:
    rows = []
    for number, cells in band:
        own = [cells[column] for column in columns if column in cells]
        if own:
            texts = tuple(cells[column].text if column in cells else "" for column in columns)
            rows.append(Row(texts, all(cell.strong for cell in own), number))
    return rows
