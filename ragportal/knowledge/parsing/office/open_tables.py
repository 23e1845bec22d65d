"""Tables of OpenDocument files as rows of cells."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass

from ragportal.knowledge.parsing.grid import WIDEST, Row
from ragportal.knowledge.parsing.office.open_package import OpenStyles, whole_number
from ragportal.knowledge.parsing.office.sheet_writer import Cell
from ragportal.knowledge.parsing.xml import Element, attribute, local_name

_GROUPS = frozenset({"table-header-rows", "table-rows", "table-row-group"})
_MOST_REPEATED = 1000
_CELLS = frozenset({"table-cell", "covered-table-cell"})

CellText = Callable[[Element], str]


@dataclass(frozen=True, slots=True)
class OpenRow:
    """`number` from 1; `cells` by column from 0, without empty ones; `is_header` where the author says so."""

    number: int
    cells: dict[int, Cell]
    elements: tuple[Element, ...]
    is_header: bool


def read_rows(table: Element, styles: OpenStyles, cell_text: CellText) -> Iterator[OpenRow]:
    """Rows with something in them; a cell that spans several rows is said in each of them."""
    hanging: dict[int, tuple[int, Cell]] = {}  # column -> (last row, what is said) of cells that span rows
    number = 0
    for element, is_header in _row_elements(table, is_header=False):
        repeated = whole_number(element, "number-rows-repeated")
        cells = _cells(element, number + 1, styles, cell_text, hanging)
        elements = tuple(cell for cell in element if local_name(cell) == "table-cell")
        for place in range(1, min(repeated, _MOST_REPEATED) + 1 if cells else 1):
            yield OpenRow(number + place, cells, elements, is_header)
        number += repeated


def whole_rows(rows: list[OpenRow]) -> list[Row]:
    """The rows of a table in a text, equally wide."""
    width = min(max((max(row.cells) + 1 for row in rows if row.cells), default=0), WIDEST)
    return [
        Row(
            tuple(row.cells[column].text if column in row.cells else "" for column in range(width)),
            all(cell.strong for cell in row.cells.values()),
        )
        for row in rows
    ]


def _row_elements(table: Element, *, is_header: bool) -> Iterator[tuple[Element, bool]]:
    for child in table:
        name = local_name(child)
        if name == "table-row":
            yield child, is_header
        elif name in _GROUPS:
            yield from _row_elements(child, is_header=is_header or name == "table-header-rows")


def _cells(
    row: Element, number: int, styles: OpenStyles, cell_text: CellText, hanging: dict[int, tuple[int, Cell]]
) -> dict[int, Cell]:
    cells: dict[int, Cell] = {}
    column = 0
    for element in row:
        if local_name(element) not in _CELLS:
            continue
        repeated = whole_number(element, "number-columns-repeated")
        cell = _cell(element, styles, cell_text) if local_name(element) == "table-cell" else None
        for place in range(column, column + min(repeated, WIDEST) if cell else column):
            if cell:
                cells[place] = cell
        rows = whole_number(element, "number-rows-spanned")
        if cell and rows > 1:
            hanging[column] = (number + rows - 1, cell)
        column += repeated
    if cells:
        cells |= {place: cell for place, (last, cell) in hanging.items() if number <= last and place not in cells}
    return cells


def _cell(element: Element, styles: OpenStyles, cell_text: CellText) -> Cell | None:
    text = cell_text(element)
    if not text:
        return None
    style = attribute(element, "style-name") or ""
    is_wide = whole_number(element, "number-columns-spanned") > 1
    strong = styles.says("table-cell", style, "bold") or styles.says("table-cell", style, "filled")
    return Cell(text, strong or is_wide or _is_bold(element, styles))


def _is_bold(cell: Element, styles: OpenStyles) -> bool:
    paragraphs = [child for child in cell if local_name(child) == "p"]
    return bool(paragraphs) and all(
        styles.says("paragraph", attribute(paragraph, "style-name") or "", "bold") for paragraph in paragraphs
    )
