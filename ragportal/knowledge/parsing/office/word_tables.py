"""Tables of Word files as rows of cells."""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass

from ragportal.knowledge.parsing.grid import WIDEST, Row
from ragportal.knowledge.parsing.office.word_styles import switch
from ragportal.knowledge.parsing.xml import Element, attribute, local_name

_WRAPPERS = frozenset({"sdt", "sdtContent", "ins", "moveTo", "customXml", "smartTag"})
_ON = frozenset({"1", "true", "on"})
_FIRST_ROW = 0x20
_HEX = re.compile(r"[0-9A-Fa-f]{1,8}").fullmatch
_PLAIN = frozenset({"auto", "ffffff", "clear", "nil", ""})


@dataclass(frozen=True, slots=True)
class WordTable:
    """`cells`: all of them in reading order. `stated_header`: how many rows the author marked as header.

    `style`: that of the table, if its first row takes part in what the style makes of first rows; else "".
    """

    rows: tuple[Row, ...]
    cells: tuple[Element, ...]
    stated_header: int
    style: str


def read_table(table: Element, cell_text: Callable[[Element], str]) -> WordTable:
    """The rows, equally wide; a cell that spans several rows is said in each of them."""
    rows: list[tuple[list[str], bool]] = []
    cells: list[Element] = []
    stated = 0
    above: list[str] = []
    for element in _within(table, "tr"):
        properties = _child(element, "trPr")
        if properties is not None and _child(properties, "del") is not None:
            continue
        own = list(_within(element, "tc"))
        above = _cells(element, own, above, cell_text)
        if any(above):
            if stated == len(rows) and properties is not None and switch(properties, "tblHeader"):
                stated += 1
            rows.append((above, _is_strong(own)))
            cells += own
    width = max((len(row) for row, _ in rows), default=0)
    padded = (Row((*row, *[""] * (width - len(row))), strong) for row, strong in rows)
    return WordTable(tuple(padded), tuple(cells), min(stated, 2) if stated < len(rows) else 0, _first_row_style(table))


def _first_row_style(table: Element) -> str:
    properties = _child(table, "tblPr")
    style = _child(properties, "tblStyle") if properties is not None else None
    look = _child(properties, "tblLook") if properties is not None else None
    if style is None or look is None:
        return ""
    stated, bits = attribute(look, "firstRow"), attribute(look, "val") or "0"
    applies = stated in _ON if stated is not None else bool(int(bits, 16) & _FIRST_ROW) if _HEX(bits) else False
    return (attribute(style, "val") or "") if applies else ""


def _cells(row: Element, own: list[Element], above: list[str], cell_text: Callable[[Element], str]) -> list[str]:
    properties = _child(row, "trPr")
    cells = [""] * _number(properties, "gridBefore", 0)
    for cell in own:
        details = _child(cell, "tcPr")
        merged = _child(details, "vMerge") if details is not None else None
        if merged is not None and attribute(merged, "val") in {None, "continue"}:
            text = above[len(cells)] if len(cells) < len(above) else ""
        else:
            text = cell_text(cell)
        cells += [text, *[""] * (_number(details, "gridSpan", 1) - 1)]
    return cells[:WIDEST]


def _is_strong(cells: list[Element]) -> bool:
    """Each cell that says something is filled with a colour, or all of its text is bold."""
    return bool(cells) and all(_is_shaded(cell) or _is_bold(cell) for cell in cells)


def _is_shaded(cell: Element) -> bool:
    details = _child(cell, "tcPr")
    shading = _child(details, "shd") if details is not None else None
    return shading is not None and (attribute(shading, "fill") or "").lower() not in _PLAIN


def _is_bold(cell: Element) -> bool:
    runs = [run for run in cell.iter() if local_name(run) == "r" and any(local_name(child) == "t" for child in run)]
    return all((properties := _child(run, "rPr")) is not None and bool(switch(properties, "b")) for run in runs)


def _within(element: Element, name: str) -> Iterator[Element]:
    """Rows of this table or cells of this row, also inside content controls; not those of nested tables."""
    for child in element:
        if local_name(child) == name:
            yield child
        elif local_name(child) in _WRAPPERS:
            yield from _within(child, name)


def _child(element: Element, name: str) -> Element | None:
    return next((child for child in element if local_name(child) == name), None)


def _number(properties: Element | None, name: str, otherwise: int) -> int:
    found = _child(properties, name) if properties is not None else None
    value = (attribute(found, "val") or "") if found is not None else ""
    return min(int(value), WIDEST) if value.isdecimal() and len(value) < 5 else otherwise
