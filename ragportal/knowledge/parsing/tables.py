"""Tables of a page as rows of text."""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass

from lxml import html

CELL_SEPARATOR = " | "
_WIDEST = 200


@dataclass(frozen=True, slots=True)
class TableRows:
    """Rows as text, cells joined by CELL_SEPARATOR at the same places in each. `header`: "" = the table has none."""

    caption: str
    header: str
    rows: tuple[str, ...]


def is_layout(table: html.HtmlElement) -> bool:
    """A table that merely arranges a page: marked so, with a table or heading inside, or of one cell."""
    if table.get("role") in {"presentation", "none"}:
        return True
    if table.xpath("boolean(.//table | .//h1 | .//h2 | .//h3 | .//h4 | .//h5 | .//h6)"):
        return True
    return int(table.xpath("count(.//td | .//th)")) <= 1


def table_rows(table: html.HtmlElement, cell_text: Callable[[html.HtmlElement], str]) -> TableRows:
    """The rows; a cell that spans several rows is said in each, so that every row can be read alone.

    The header is the first row if it stands in `<thead>` or consists of `<th>`; further header rows join it.
    """
    caption = " ".join(cell_text(element) for element in table.iterchildren("caption"))
    header: list[str] = []
    rows: list[str] = []
    for is_header, cells in _grid(table, cell_text):
        if not any(cells):
            continue
        (header if is_header and not rows else rows).append(row_line(cells))
    return TableRows(caption, " / ".join(header), tuple(rows))


def row_line(cells: Iterable[str]) -> str:
    """Cells that are each one line of clean text, as the text of a row."""
    return CELL_SEPARATOR.join(cell.replace(CELL_SEPARATOR, "|") for cell in cells)


def _grid(table: html.HtmlElement, cell_text: Callable[[html.HtmlElement], str]) -> Iterator[tuple[bool, list[str]]]:
    hanging: dict[int, tuple[int, str]] = {}  # column -> (rows still to fill, text) of cells that span rows
    for row in table.iter("tr"):
        own = [cell for cell in row if cell.tag in {"td", "th"}]
        cells: list[str] = []
        for cell in own[:_WIDEST]:
            _hang(cells, hanging)
            text = cell_text(cell)
            rows, columns = _span(cell, "rowspan"), _span(cell, "colspan")
            for place in range(columns):
                if rows > 1:
                    hanging[len(cells)] = (rows - 1, text if place == 0 else "")
                cells.append(text if place == 0 else "")
        _hang(cells, hanging)
        parent = row.getparent()
        in_head = parent is not None and parent.tag == "thead"
        yield in_head or (bool(own) and all(cell.tag == "th" for cell in own)), cells[:_WIDEST]


def _hang(cells: list[str], hanging: dict[int, tuple[int, str]]) -> None:
    """Fill the next places that cells of earlier rows reach down to."""
    while len(cells) in hanging:
        left, text = hanging.pop(len(cells))
        if left > 1:
            hanging[len(cells)] = (left - 1, text)
        cells.append(text)


def _span(cell: html.HtmlElement, name: str) -> int:
    value = cell.get(name) or "1"
    return min(max(int(value), 1), _WIDEST) if value.isdecimal() and len(value) < 6 else 1
