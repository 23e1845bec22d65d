"""OpenDocument spreadsheets (.ods) to blocks, as those of Excel."""

from ragportal.knowledge.parsing.building import TextBuilder, one_line
from ragportal.knowledge.parsing.document import ParsedDocument, Place
from ragportal.knowledge.parsing.office.open_lines import lines_in
from ragportal.knowledge.parsing.office.open_package import OpenPackage
from ragportal.knowledge.parsing.office.open_tables import OpenRow, read_rows
from ragportal.knowledge.parsing.office.sheet_writer import SheetWriter
from ragportal.knowledge.parsing.xml import Element, attribute, local_name


def parse_open_sheets(body: bytes, charset: str) -> ParsedDocument:
    """Visible sheets with what their cells show, then comments and text boxes; a note tells of hidden sheets."""
    package = OpenPackage(body)
    builder = TextBuilder()
    hidden = 0
    for table in package.body():
        if local_name(table) == "table":
            style = package.styles.chain("table", attribute(table, "style-name") or "")
            if style and style[0].hidden:
                hidden += 1
            else:
                _add_sheet(builder, package, table)
    notes = (f"Hidden sheets that are left out: {hidden}.",) if hidden else ()
    return ParsedDocument(package.title(), builder.text, tuple(builder.blocks), notes=notes)


def _add_sheet(builder: TextBuilder, package: OpenPackage, table: Element) -> None:
    def shown(cell: Element) -> str:
        return one_line(" ".join(lines_in(cell, package.styles)))

    rows = list(read_rows(table, package.styles, shown))
    comments = [comment for row in rows for comment in _comments(package, row)]
    boxes = [text for shapes in table if local_name(shapes) == "shapes" for text in lines_in(shapes, package.styles)]
    if not (rows or any(boxes)):
        return
    builder.place = None
    builder.add("heading", one_line(attribute(table, "name") or ""), level=1)
    writer = SheetWriter(builder)
    for row in rows:
        writer.add(row.number, row.cells)
    writer.finish()
    for number, text in comments:
        builder.place = Place("row", str(number))
        builder.add("paragraph", text)
    builder.place = None
    for text in boxes:
        builder.add("paragraph", text)


def _comments(package: OpenPackage, row: OpenRow) -> list[tuple[int, str]]:
    notes = (note for cell in row.elements for note in cell if local_name(note) == "annotation")
    return [(row.number, text) for note in notes if (text := one_line(" ".join(lines_in(note, package.styles))))]
