"""OpenDocument presentations (.odp) to blocks, as those of PowerPoint."""

import re
from collections.abc import Iterator, Mapping

from ragportal.knowledge.parsing.building import one_line
from ragportal.knowledge.parsing.document import ParsedDocument, Place
from ragportal.knowledge.parsing.grid import add_rows, header_rows
from ragportal.knowledge.parsing.office.open_lines import lines_in
from ragportal.knowledge.parsing.office.open_package import OpenPackage
from ragportal.knowledge.parsing.office.open_tables import read_rows, whole_rows
from ragportal.knowledge.parsing.office.open_text import OpenWalker
from ragportal.knowledge.parsing.office.placement import Box, reading_order
from ragportal.knowledge.parsing.office.slides import NOTES
from ragportal.knowledge.parsing.xml import Element, attribute, local_name

_LENGTH = re.compile(r"(-?\d+(?:\.\d+)?)(cm|mm|in|pt|pc|px)?")
_CENTIMETRES: Mapping[str, float] = {"cm": 1.0, "mm": 0.1, "in": 2.54, "pt": 2.54 / 72, "pc": 2.54 / 6, "px": 2.54 / 96}
_SHAPES = frozenset({"frame", "custom-shape", "rect", "ellipse", "circle", "polygon", "path", "line", "connector"})
_FURNITURE = frozenset({"date-time", "footer", "header", "page-number", "notes", "page"})


def parse_open_slides(body: bytes, charset: str) -> ParsedDocument:
    """Each slide under its title, or under "Slide 7" where it has none; hidden slides as well, with a note of them."""
    package = OpenPackage(body)
    reader = _Reader(package)
    hidden = []
    pages = (element for element in package.body() if local_name(element) == "page")
    for number, page in enumerate(pages, 1):
        reader.read(number, page)
        style = package.styles.chain("drawing-page", attribute(page, "style-name") or "")
        hidden += [str(number)] if style and style[0].hidden else []
    notes = (f"Hidden slides are among the text: {', '.join(hidden)}.",) if hidden else ()
    builder = reader.walker.builder
    return ParsedDocument(reader.opening or package.title(), builder.text, tuple(builder.blocks), notes=notes)


class _Reader:
    def __init__(self, package: OpenPackage) -> None:
        self.walker = OpenWalker(package, bold_lines_are_headings=False)
        self.opening = ""
        self._package = package

    def read(self, number: int, page: Element) -> None:
        """One slide; nothing of one without text."""
        builder = self.walker.builder
        shapes = _ordered(page)
        titles = [shape for shape in shapes if attribute(shape, "class") == "title" and self._text(shape)]
        title = self._text(titles[0]) if titles else ""
        notes = [shape for group in page if local_name(group) == "notes" for shape in _notes(group)]
        if not any(self._text(shape) or _object(shape) for shape in (*shapes, *notes)):
            return
        builder.place = Place("slide", str(number))
        self.opening = title if number == 1 else self.opening
        builder.add("heading", title or f"Slide {number}", level=1)
        for shape in shapes:
            if shape not in titles[:1]:
                self.walker.walk(shape)
                self._add_chart(_object(shape))
        if any(map(self._text, notes)):
            builder.add("heading", NOTES, level=2)
            for shape in notes:
                self.walker.walk(shape)

    def _text(self, shape: Element) -> str:
        return one_line(" ".join(lines_in(shape, self._package.styles)))

    def _add_chart(self, reference: str) -> None:
        """The values that a chart draws are a table in an object of the file."""
        content = self._package.object(reference) if reference else None
        for table in () if content is None else content.iter():
            if local_name(table) == "table":
                rows = whole_rows(list(read_rows(table, self._package.styles, self._text)))
                add_rows(self.walker.builder, rows, header_rows(rows, stated=True))


def _ordered(page: Element) -> list[Element]:
    shapes = [shape for shape in _shapes(page) if not _is_furniture(shape)]
    boxes = [box for number, shape in enumerate(shapes) if (box := _box(number, shape))]
    placed = reading_order(boxes)
    return [shapes[number] for number in (*placed, *(n for n in range(len(shapes)) if n not in placed))]


def _shapes(container: Element) -> Iterator[Element]:
    for child in container:
        if local_name(child) in _SHAPES:
            yield child
        elif local_name(child) in {"g", "a"}:
            yield from _shapes(child)


def _is_furniture(shape: Element) -> bool:
    return attribute(shape, "class") in _FURNITURE or attribute(shape, "placeholder") == "true"


def _notes(group: Element) -> Iterator[Element]:
    return (
        shape
        for shape in _shapes(group)
        if attribute(shape, "class") == "notes" and not attribute(shape, "placeholder")
    )


def _object(shape: Element) -> str:
    objects = (child for child in shape if local_name(child) == "object")
    return next((reference for child in objects if (reference := attribute(child, "href"))), "")


def _box(number: int, shape: Element) -> Box | None:
    values = [_length(attribute(shape, name)) for name in ("x", "y", "width", "height")]
    left, top, width, height = values
    if left is None or top is None:
        return None
    return Box(number, left, top, width or 0.0, height or 0.0)


def _length(text: str | None) -> float | None:
    found = _LENGTH.fullmatch(text or "")
    return float(found[1]) * _CENTIMETRES[found[2] or "px"] if found else None
