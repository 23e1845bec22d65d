"""Word files (.docx) to blocks, in the order of their body."""

from collections.abc import Iterator

from ragportal.knowledge.parsing.building import TextBuilder, clean, one_line
from ragportal.knowledge.parsing.document import BlockKind, ParsedDocument
from ragportal.knowledge.parsing.grid import add_rows, header_rows
from ragportal.knowledge.parsing.lists import BULLET, ListWriter
from ragportal.knowledge.parsing.office.package import Package, opening_title
from ragportal.knowledge.parsing.office.standing_out import CODE_SIGNS, as_list, may_be_heading
from ragportal.knowledge.parsing.office.word_numbering import Numbering
from ragportal.knowledge.parsing.office.word_runs import RunReader, Runs, chosen
from ragportal.knowledge.parsing.office.word_styles import numbering_of, outline_of, read_styles
from ragportal.knowledge.parsing.office.word_tables import WordTable, read_table
from ragportal.knowledge.parsing.xml import Element, attribute, local_name

_WRAPPERS = frozenset({"sdtContent", "ins", "moveTo", "customXml", "smartTag", "body"})
_CONTENTS = "Table of Contents"
_LONGEST_HEADING = 200


def parse_word(body: bytes, charset: str) -> ParsedDocument:
    """The body of a .docx with its lists, tables, text boxes and notes; headers, footers and contents are left out.

    Its title is the paragraph in the style "Title", else what its properties say. Inserted text is in, deleted is not.
    """
    package = Package(body)
    root = package.part(package.main)
    walker = _Walker(package)
    for child in () if root is None else root:
        if local_name(child) == "body":
            walker.walk(child)
    text, blocks = walker.builder.text, tuple(walker.builder.blocks)
    return ParsedDocument(walker.title or package.title() or opening_title(text, blocks), text, blocks)


class _Walker:
    def __init__(self, package: Package) -> None:
        self.builder = TextBuilder()
        self.title = ""
        self._package = package
        self._styles = read_styles(package)
        self._numbering = Numbering(package, self._styles)
        self._runs = RunReader()
        self._lists = ListWriter(self.builder)
        self._code: list[str] = []
        self._styled_level = 1
        self._notes = {kind: self._read_notes(kind) for kind in ("footnotes", "endnotes")}

    def walk(self, container: Element) -> None:
        """Everything in it, to its end."""
        self._blocks(container)
        self._end_code()

    def _blocks(self, container: Element) -> None:
        for child in container:
            name = local_name(child)
            if name == "p":
                self._paragraph(child)
            elif name == "tbl":
                self._table(child)
            elif name in _WRAPPERS or name == "sdt" and not _is_contents(child):
                self._blocks(child)
            elif name == "AlternateContent":
                self._blocks(chosen(child))

    def _paragraph(self, paragraph: Element) -> None:
        properties = next((child for child in paragraph if local_name(child) == "pPr"), None)
        style = self._styles.default
        if properties is not None:
            style = next((attribute(p, "val") or "" for p in properties if local_name(p) == "pStyle"), style)
        self._runs.style_is_bold = self._styles.is_bold(style)
        self._runs.style_is_monospaced = self._styles.is_monospaced(style)
        runs = self._runs.read(paragraph)
        if not self._styles.is_contents(style):
            self._add(style, properties, runs)
        for box in runs.boxes:
            self._blocks(box)
        for part, number in runs.notes:
            self._add_note(part, number)

    def _add(self, style: str, properties: Element | None, runs: Runs) -> None:
        if self._is_code(style, runs):
            self._code.append(clean(runs.text).expandtabs(4).rstrip())
            return
        if self._code and not runs.text.strip():
            self._code.append("")
            return
        self._end_code()
        text = "\n".join(filter(None, map(one_line, runs.text.split("\n"))))
        if not text:
            return
        level = self._heading_level(style, properties)
        numbering = (numbering_of(properties) if properties is not None else None) or self._styles.numbering(style)
        marker = ""
        is_listed = numbering is not None and self._numbering.is_list(numbering[0])
        if numbering and is_listed:
            marker = self._numbering.next_marker(*numbering)
        if not is_listed and not level and runs.bold and may_be_heading(text):
            level = min(self._styled_level + 1, 6)
        elif level:
            self._styled_level = level
        if level and len(text) <= _LONGEST_HEADING:
            self._add_heading(text, level, marker, is_title=self._styles.is_title(style))
        elif numbering and is_listed:
            self._lists.add(text, numbering[1], marker or BULLET)
        else:
            self._lists.leave()
            kind: BlockKind = "quote" if self._styles.is_quote(style) else "paragraph"
            self.builder.add(kind, text)

    def _heading_level(self, style: str, properties: Element | None) -> int:
        own = outline_of(properties) if properties is not None else None
        if own is not None:
            return min(own + 1, 6) if own < 9 else 0
        return self._styles.heading_level(style)

    def _add_heading(self, text: str, level: int, marker: str, *, is_title: bool) -> None:
        self._lists.leave()
        number = f"{marker} " if marker not in {"", BULLET} else ""
        heading = number + one_line(text)
        if is_title and not self.title:
            self.title = heading
        self.builder.add("heading", heading, level=level)

    def _is_code(self, style: str, runs: Runs) -> bool:
        """By its style, or set like code and with signs that prose does not have."""
        if not runs.text.strip():
            return False
        return self._styles.is_code(style) or (runs.monospaced and bool(CODE_SIGNS.search(runs.text)))

    def _end_code(self) -> None:
        if self._code:
            self._lists.leave()
            code, self._code = "\n".join(self._code).rstrip(), []
            self.builder.add("code", code)

    def _table(self, element: Element) -> None:
        self._end_code()
        self._lists.leave()
        table = read_table(element, self._cell_text)
        if self._is_layout(table):
            for cell in table.cells:
                self._blocks(cell)
            self._end_code()
            self._lists.leave()
            return
        stated = self._styles.sets_first_row_apart(table.style)
        header = table.stated_header or header_rows(table.rows, stated=stated)
        add_rows(self.builder, table.rows, header)

    def _is_layout(self, table: WordTable) -> bool:
        """A table that merely arranges a page: of one column or row, or with headings inside."""
        is_line = len(table.rows) < 2 or max((len(row.cells) for row in table.rows), default=0) < 2
        return is_line or any(self._has_heading(cell) for cell in table.cells)

    def _has_heading(self, cell: Element) -> bool:
        named = (element for element in cell.iter() if local_name(element) == "pStyle")
        return any(self._styles.heading_level(attribute(element, "val") or "") for element in named)

    def _cell_text(self, cell: Element) -> str:
        return as_list(self._cell_lines(cell)) if _is_list(cell) else self._joined(cell)

    def _joined(self, cell: Element) -> str:
        return one_line(" ".join(self._cell_lines(cell)))

    def _cell_lines(self, container: Element) -> Iterator[str]:
        for child in container:
            name = local_name(child)
            if name == "p":
                runs = self._runs.read(child)
                yield one_line(runs.text)
                for box in runs.boxes:
                    yield from self._cell_lines(box)
                for part, number in runs.notes:
                    yield f"[{number}] {self._notes[part].get(number, '')}"
            elif name == "tbl":
                inner = read_table(child, self._joined)
                yield "; ".join(" ".join(filter(None, row.cells)) for row in inner.rows)
            elif name in _WRAPPERS or name == "sdt":
                yield from self._cell_lines(child)
            elif name == "AlternateContent":
                yield from self._cell_lines(chosen(child))

    def _read_notes(self, kind: str) -> dict[str, str]:
        root = self._package.part(self._package.only(self._package.main, kind))
        notes = (note for note in (() if root is None else root) if attribute(note, "type") in {None, "normal"})
        return {attribute(note, "id") or "": " ".join(filter(None, self._cell_lines_of_note(note))) for note in notes}

    def _cell_lines_of_note(self, note: Element) -> Iterator[str]:
        for paragraph in note.iter():
            if local_name(paragraph) == "p":
                yield one_line(RunReader().read(paragraph).text)

    def _add_note(self, part: str, number: str) -> None:
        text = self._notes[part].get(number, "")
        if text:
            self.builder.add("paragraph", f"[{number}] {text}")


def _is_contents(element: Element) -> bool:
    return any(
        local_name(child) == "docPartGallery" and attribute(child, "val") == _CONTENTS
        for properties in element
        if local_name(properties) == "sdtPr"
        for child in properties.iter()
    )


def _is_list(cell: Element) -> bool:
    """Whether its paragraphs stand for themselves, like items: then a reader needs to see where each ends."""
    return any(local_name(element) == "numPr" for element in cell.iter())
