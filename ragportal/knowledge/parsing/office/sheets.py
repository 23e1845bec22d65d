"""Excel files (.xlsx) to blocks: a heading for each sheet, then its tables, row by row."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field

from ragportal.knowledge.parsing.building import TextBuilder, one_line
from ragportal.knowledge.parsing.document import ParsedDocument, Place
from ragportal.knowledge.parsing.office.charts import add_chart
from ragportal.knowledge.parsing.office.package import Package
from ragportal.knowledge.parsing.office.sheet_parts import Workbook, read_workbook, string_of
from ragportal.knowledge.parsing.office.sheet_writer import Cell, SheetWriter
from ragportal.knowledge.parsing.office.slide_text import paragraph_text
from ragportal.knowledge.parsing.xml import Element, attribute, local_name, stream_xml

_REFERENCE = re.compile(r"([A-Z]{1,3})([1-9]\d{0,6})")
_THREADED = re.compile(r"\[Threaded comment\].*?(?:Comment|Kommentar):", re.DOTALL)
_MOST_REPEATED = 200_000
"""Cells that merged ranges are filled with; beyond it they count once."""


def parse_sheets(body: bytes, charset: str) -> ParsedDocument:
    """Visible sheets with what their cells show, formulas by their stored results, then comments and text boxes.

    Hidden sheets are left out, and a note says so. Charts are read where they stand alone on a sheet.
    """
    package = Package(body)
    root = package.part(package.main)
    builder = TextBuilder()
    if root is None:
        return ParsedDocument("", "", ())
    workbook = read_workbook(package, root)
    hidden = 0
    unknown = 0
    for sheet in _sheets(package, root):
        if sheet.is_hidden:
            hidden += 1
        else:
            unknown += _add_sheet(builder, package, workbook, sheet)
    return ParsedDocument(package.title(), builder.text, tuple(builder.blocks), notes=tuple(_notes(hidden, unknown)))


def _notes(hidden: int, unknown: int) -> Iterator[str]:
    if hidden:
        yield f"Hidden sheets that are left out: {hidden}."
    if unknown:
        yield f"Formulas without a stored result: {unknown:,}. Open and save the file once in an office program."


@dataclass(frozen=True, slots=True)
class _Sheet:
    name: str
    kind: str
    part: str
    is_hidden: bool


def _sheets(package: Package, root: Element) -> Iterator[_Sheet]:
    relations = package.relations(package.main)
    for element in root.iter():
        if local_name(element) == "sheet":
            relation = relations.get(attribute(element, "id") or "")
            if relation:
                hidden = element.get("state") in {"hidden", "veryHidden"}
                yield _Sheet(one_line(element.get("name") or ""), relation.kind, relation.target, hidden)


def _add_sheet(builder: TextBuilder, package: Package, workbook: Workbook, sheet: _Sheet) -> int:
    """Returns how many formulas have no result."""
    builder.place = None
    heading = _Heading(builder, sheet.name)
    unknown = 0
    if sheet.kind == "worksheet" and package.archive.has(sheet.part):
        around = _around(package, sheet.part)
        writer = SheetWriter(builder, around.headers)
        for number, cells, missing in _rows(package, workbook, sheet.part, around):
            unknown += missing
            if cells:
                heading.write()
                writer.add(number, cells)
        writer.finish()
    for number, text in _comments(package, sheet.part):
        heading.write()
        builder.place = Place("row", str(number))
        builder.add("paragraph", text)
    builder.place = None
    for drawing in _drawings(package, sheet.part):
        _add_drawing(heading, package, drawing, with_charts=not heading.is_written)
    return unknown


class _Heading:
    """The name of a sheet, written with the first thing that stands on it."""

    def __init__(self, builder: TextBuilder, name: str) -> None:
        self.builder = builder
        self.is_written = False
        self._name = name

    def write(self) -> None:
        """Where it was not written yet."""
        if not self.is_written:
            self.builder.add("heading", self._name, level=1)
            self.is_written = True


@dataclass(slots=True)
class _Around:
    """What stands in a sheet's file after its cells. `repeated`: cells that show what another one says."""

    repeated: dict[tuple[int, int], tuple[int, int]] = field(default_factory=dict)
    wide: set[tuple[int, int]] = field(default_factory=set)
    headers: frozenset[int] = frozenset()


def _around(package: Package, part: str) -> _Around:
    around = _Around()
    headers = set()
    with package.archive.opened(part) as stream:
        for element in stream_xml(stream, "row", "mergeCell", "autoFilter"):
            corners = _corners(element.get("ref") or "")
            if local_name(element) == "row" or corners is None:
                continue
            (top, left), (bottom, right) = corners
            if local_name(element) == "autoFilter":
                headers.add(top)
                continue
            if right > left:
                around.wide.add((top, left))
            for row in range(top + 1, min(bottom + 1, top + _MOST_REPEATED - len(around.repeated))):
                around.repeated[row, left] = (top, left)
    for relation in package.relations(part).values():
        table = package.part(relation.target) if relation.kind == "table" else None
        corners = _corners(table.get("ref") or "") if table is not None else None
        if table is not None and corners and table.get("headerRowCount") != "0":
            headers.add(corners[0][0])
    around.headers = frozenset(headers)
    return around


def _rows(
    package: Package, workbook: Workbook, part: str, around: _Around
) -> Iterator[tuple[int, dict[int, Cell], int]]:
    """Number, cells, and how many formulas without a result there are in each row."""
    said: dict[tuple[int, int], Cell] = {}
    sources = set(around.repeated.values())
    number = 0
    with package.archive.opened(part) as stream:
        for element in stream_xml(stream, "row"):
            stated = element.get("r") or ""
            number = int(stated) if stated.isdecimal() else number + 1
            cells, missing = _cells(element, workbook)
            for column in [column for column in cells if (number, column) in around.wide]:
                cells[column] = Cell(cells[column].text, strong=True)
            said |= {(number, column): cell for column, cell in cells.items() if (number, column) in sources}
            if cells and around.repeated:
                for column in range(max(cells) + 1):
                    source = around.repeated.get((number, column))
                    if source in said and column not in cells:
                        cells[column] = said[source]
            yield number, cells, missing


def _cells(row: Element, workbook: Workbook) -> tuple[dict[int, Cell], int]:
    cells: dict[int, Cell] = {}
    missing = 0
    column = -1
    for element in row:
        if local_name(element) != "c":
            continue
        found = _REFERENCE.fullmatch(element.get("r") or "")
        column = _column(found[1]) if found else column + 1
        cell = workbook.cell(element)
        if cell is not None:
            cells[column] = cell
        elif element.get("t") != "str" and any(local_name(child) == "f" for child in element):
            missing += 1
    return cells, missing


def _comments(package: Package, part: str) -> list[tuple[int, str]]:
    """(row, "B3: text") in the order of the rows."""
    found = []
    for relation in package.relations(part).values():
        root = package.part(relation.target) if relation.kind == "comments" else None
        for element in () if root is None else root.iter():
            reference = _REFERENCE.fullmatch(element.get("ref") or "") if local_name(element) == "comment" else None
            texts = (string_of(child) for child in element if local_name(child) == "text")
            text = one_line(_THREADED.sub("", "".join(texts))) if reference else ""
            if reference and text:
                found.append((int(reference[2]), _column(reference[1]), f"{reference[0]}: {text}"))
    return [(row, text) for row, _, text in sorted(found)]


def _drawings(package: Package, part: str) -> Iterator[str]:
    return (relation.target for relation in package.relations(part).values() if relation.kind == "drawing")


def _add_drawing(heading: _Heading, package: Package, drawing: str, *, with_charts: bool) -> None:
    root = package.part(drawing)
    for element in () if root is None else root.iter():
        if local_name(element) == "txBody":
            for text in filter(None, (paragraph_text(child) for child in element if local_name(child) == "p")):
                heading.write()
                heading.builder.add("paragraph", text)
    for relation in package.relations(drawing).values() if with_charts else ():
        chart = package.part(relation.target) if relation.kind == "chart" else None
        if chart is not None:
            heading.write()
            add_chart(heading.builder, chart)


def _corners(reference: str) -> tuple[tuple[int, int], tuple[int, int]] | None:
    """Row (from 1) and column (from 0) of the first and the last cell of "A1:C3"."""
    first, _, last = reference.replace("$", "").partition(":")
    begin, end = _REFERENCE.fullmatch(first), _REFERENCE.fullmatch(last or first)
    if begin is None or end is None:
        return None
    return (int(begin[2]), _column(begin[1])), (int(end[2]), _column(end[1]))


def _column(letters: str) -> int:
    """0 for "A", 26 for "AA"."""
    number = 0
    for letter in letters:
        number = number * 26 + ord(letter) - ord("A") + 1
    return number - 1
