"""OpenDocument texts (.odt) to blocks, in the order of their body."""

import re
from collections.abc import Mapping

from ragportal.knowledge.parsing.building import TextBuilder, clean, one_line
from ragportal.knowledge.parsing.document import BlockKind, ParsedDocument
from ragportal.knowledge.parsing.grid import add_rows, header_rows
from ragportal.knowledge.parsing.lists import BULLET, ListWriter
from ragportal.knowledge.parsing.office.open_lines import OpenLine, lines_in, read_line
from ragportal.knowledge.parsing.office.open_package import ListLevel, OpenPackage, whole_number
from ragportal.knowledge.parsing.office.open_tables import read_rows, whole_rows
from ragportal.knowledge.parsing.office.package import opening_title
from ragportal.knowledge.parsing.office.standing_out import CODE_SIGNS, as_list, may_be_heading
from ragportal.knowledge.parsing.office.word_numbering import in_form
from ragportal.knowledge.parsing.xml import Element, attribute, local_name

_INDEX = re.compile(r"[a-z-]*index|table-of-content|bibliography")
_LEFT_OUT = frozenset({"tracked-changes", "forms", "sequence-decls", "variable-decls", "user-field-decls"})
_TITLE = frozenset({"title"})
_CODE = frozenset({"preformatted text", "preformatted_20_text", "source code", "sourcecode"})
_QUOTE = frozenset({"quotations", "quote", "intense quote"})
_FORMS: Mapping[str, str] = {"a": "lowerLetter", "A": "upperLetter", "i": "lowerRoman", "I": "upperRoman"}


def parse_open_text(body: bytes, charset: str) -> ParsedDocument:
    """The body of an .odt with its lists, tables, text boxes and notes; headers, footers and indexes are left out."""
    package = OpenPackage(body)
    walker = OpenWalker(package)
    walker.walk(package.body())
    text, blocks = walker.builder.text, tuple(walker.builder.blocks)
    return ParsedDocument(walker.title or package.title() or opening_title(text, blocks), text, blocks)


class OpenWalker:
    """Goes through text as OpenDocument has it: in texts, in boxes, on slides."""

    def __init__(self, package: OpenPackage, *, bold_lines_are_headings: bool = True) -> None:
        self.builder = TextBuilder()
        self.title = ""
        self._package = package
        self._styles = package.styles
        self._bold_headings = bold_lines_are_headings
        self._lists = ListWriter(self.builder)
        self._counts: dict[tuple[str, int], int] = {}
        self._code: list[str] = []
        self._level = 1

    def walk(self, container: Element) -> None:
        """Everything in it, to its end."""
        self._blocks(container)
        self._end_code()
        self._lists.leave()

    def _blocks(self, container: Element) -> None:
        for child in container:
            name = local_name(child)
            if name == "h":
                self._heading(child)
            elif name == "p":
                self._paragraph(child)
            elif name == "list":
                self._end_code()
                self._list(child, "", 0)
            elif name == "table":
                self._table(child)
            elif not (_INDEX.fullmatch(name) or name in _LEFT_OUT or attribute(child, "display") == "none"):
                self._blocks(child)  # sections, frames, text boxes

    def _heading(self, element: Element) -> None:
        self._end_code()
        self._lists.leave()
        line = read_line(element, self._styles)
        self._level = min(whole_number(element, "outline-level"), 6)
        self.builder.add("heading", one_line(line.raw), level=self._level)
        self._anchored(line)

    def _paragraph(self, element: Element) -> None:
        line = read_line(element, self._styles)
        names = self._styles.names("paragraph", attribute(element, "style-name") or "")
        is_code = bool(_CODE & set(names)) or (line.monospaced and bool(CODE_SIGNS.search(line.raw)))
        if line.raw.strip() and is_code:
            self._code.append(clean(line.raw).expandtabs(4).rstrip())
            return
        self._end_code()
        if line.text:
            self._lists.leave()
            self._add(line, set(names))
        self._anchored(line)

    def _add(self, line: OpenLine, names: set[str]) -> None:
        if _TITLE & names:
            self.title = self.title or one_line(line.text)
            self.builder.add("heading", one_line(line.text), level=1)
        elif self._bold_headings and line.bold and may_be_heading(line.text):
            self.builder.add("heading", line.text, level=min(self._level + 1, 6))
        else:
            kind: BlockKind = "quote" if _QUOTE & names else "paragraph"
            self.builder.add(kind, line.text)

    def _anchored(self, line: OpenLine) -> None:
        for box in line.boxes:
            self._blocks(box)
        for note in line.notes:
            self._lists.leave()
            self.builder.add("paragraph", note)

    def _end_code(self) -> None:
        if self._code:
            self._lists.leave()
            code, self._code = "\n".join(self._code), []
            self.builder.add("code", code)

    def _list(self, element: Element, outer: str, depth: int, *, goes_on: bool = False) -> None:
        style = attribute(element, "style-name") or outer
        goes_on = goes_on or bool(
            attribute(element, "continue-numbering") == "true" or attribute(element, "continue-list")
        )
        if not goes_on:
            self._counts = {key: count for key, count in self._counts.items() if key[0] != style or key[1] < depth}
        for item in element:
            is_item = local_name(item) == "list-item"
            says_something = any(local_name(child) in {"p", "h"} for child in item)
            if is_item and says_something:
                self._count(style, depth, item)
            marker = self._marker(style, depth) if is_item else ""
            self._item(item, style, depth, marker, goes_on=goes_on and not says_something)

    def _item(self, item: Element, style: str, depth: int, marker: str, *, goes_on: bool) -> None:
        for child in item:
            name = local_name(child)
            if name == "h":
                self._heading(child)
            elif name == "list":
                self._list(child, style, depth + 1, goes_on=goes_on)
            elif name == "p" and marker:
                line = read_line(child, self._styles)
                self._lists.add(line.text, depth, marker)
                self._anchored(line)
                marker = marker if not line.text else ""
            elif name == "p":
                self.builder.add("paragraph", read_line(child, self._styles).text)

    def _count(self, style: str, depth: int, item: Element) -> None:
        level = self._list_level(style, depth)
        first = whole_number(item, "start-value", level.start)
        is_new = attribute(item, "start-value") is not None or (style, depth) not in self._counts
        self._counts[style, depth] = first if is_new else self._counts[style, depth] + 1

    def _marker(self, style: str, depth: int) -> str:
        level = self._list_level(style, depth)
        if level.form is None:
            return BULLET
        shown = range(max(depth - level.shown + 1, 0), depth + 1)
        numbers = [
            in_form(self._counts.get((style, place), 1), _form(self._list_level(style, place))) for place in shown
        ]
        return f"{level.prefix}{'.'.join(numbers)}{level.suffix}".strip() if level.form else BULLET

    def _list_level(self, style: str, depth: int) -> ListLevel:
        return self._styles.lists.get(style, {}).get(depth, ListLevel(None))

    def _table(self, table: Element) -> None:
        self._end_code()
        self._lists.leave()
        found = list(read_rows(table, self._styles, self._cell_text))
        rows = whole_rows(found)
        is_line = len(rows) < 2 or len(rows[0].cells) < 2
        if is_line or any(
            local_name(element) == "h" for row in found for cell in row.elements for element in cell.iter()
        ):
            for row in found:
                for cell in row.elements:
                    self._blocks(cell)
            self._end_code()
            self._lists.leave()
            return
        stated = any(row.is_header for row in found[:1])
        add_rows(self.builder, rows, header_rows(rows, stated=stated))

    def _cell_text(self, cell: Element) -> str:
        if any(local_name(element) in {"list", "table"} for element in cell.iter()):
            return as_list(lines_in(cell, self._styles))
        return " ".join(filter(None, lines_in(cell, self._styles)))


def _form(level: ListLevel) -> str:
    return _FORMS.get(level.form or "", "decimal")
