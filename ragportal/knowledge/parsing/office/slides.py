"""PowerPoint files (.pptx) to blocks: a heading for each slide, then what stands on it, then its notes."""

from collections.abc import Iterable, Iterator

from ragportal.knowledge.parsing.building import TextBuilder
from ragportal.knowledge.parsing.document import ParsedDocument, Place
from ragportal.knowledge.parsing.grid import add_rows, header_rows
from ragportal.knowledge.parsing.lists import ListWriter
from ragportal.knowledge.parsing.office.charts import add_chart
from ragportal.knowledge.parsing.office.package import Package, Relations, related
from ragportal.knowledge.parsing.office.slide_shapes import Inherited, Shape, ordered_shapes, patterns_of
from ragportal.knowledge.parsing.office.slide_tables import diagram_texts, slide_table
from ragportal.knowledge.parsing.office.slide_text import Line, read_lines
from ragportal.knowledge.parsing.xml import Element, attribute, local_name

NOTES = "Notes"


def parse_slides(body: bytes, charset: str) -> ParsedDocument:
    """Each slide under its title, or under "Slide 7" where it has none; hidden slides as well, with a note of them.

    Shapes come as one reads them, tables and charts as rows, the speaker's notes under a heading of their own.
    """
    package = Package(body)
    reader = _Reader(package)
    hidden = []
    for number, name in enumerate(_slides(package), 1):
        root = package.part(name)
        if root is not None:
            reader.read(number, name, root)
            hidden += [str(number)] if root.get("show") in {"0", "false"} else []
    notes = (f"Hidden slides are among the text: {', '.join(hidden)}.",) if hidden else ()
    text, blocks = reader.builder.text, tuple(reader.builder.blocks)
    return ParsedDocument(reader.opening or package.title(), text, blocks, notes=notes)


def _slides(package: Package) -> Iterator[str]:
    """The names of the slides' parts, in their order."""
    root = package.part(package.main)
    relations = package.relations(package.main)
    for element in () if root is None else root.iter():
        if local_name(element) == "sldId":
            # Two attributes are called id; the relationship's is the one in a namespace.
            key = next((value for name, value in element.attrib.items() if str(name).endswith("}id")), "")
            relation = relations.get(str(key))
            if relation and relation.kind == "slide":
                yield relation.target


class _Reader:
    def __init__(self, package: Package) -> None:
        self.builder = TextBuilder()
        self.opening = ""
        self._package = package
        self._lists = ListWriter(self.builder)
        self._inherited: dict[str, Inherited] = {}

    def read(self, number: int, name: str, root: Element) -> None:
        """One slide; nothing of one without text."""
        relations = self._package.relations(name)
        shapes = ordered_shapes(_tree(root), self._from_layout(relations))
        titles = [shape for shape in shapes if shape.is_title and shape.title()]
        notes = self._notes(relations)
        if not (notes or any(map(_says_something, shapes))):
            return
        self.builder.place = Place("slide", str(number))
        title = titles[0].title() if titles else ""
        if number == 1:
            self.opening = title
        self.builder.add("heading", title or f"Slide {number}", level=1)
        for shape in shapes:
            if shape not in titles[:1]:
                self._add_shape(shape, relations)
                self._lists.leave()
        self._add_notes(notes)

    def _from_layout(self, relations: Relations) -> Inherited:
        layout = related(relations, "slideLayout")
        if layout not in self._inherited:
            master = self._package.only(layout, "slideMaster") if layout else ""
            roots = [root for part in (layout, master) if (root := self._package.part(part)) is not None]
            styles = (child for root in roots for child in root if local_name(child) == "txStyles")
            self._inherited[layout] = Inherited(
                tuple(pattern for root in roots for pattern in patterns_of(_tree(root))),
                {local_name(style): style for group in styles for style in group},
            )
        return self._inherited[layout]

    def _add_shape(self, shape: Shape, relations: Relations) -> None:
        body = shape.body()
        if body is not None:
            self._add_lines(read_lines(body, shape.styles))
        for element in shape.element.iter() if local_name(shape.element) == "graphicFrame" else ():
            name = local_name(element)
            if name == "tbl":
                rows, has_header = slide_table(element)
                add_rows(self.builder, rows, header_rows(rows, stated=has_header))
            elif name == "chart" and (chart := self._linked(element, "id", relations)) is not None:
                add_chart(self.builder, chart)
            elif name == "relIds" and (diagram := self._linked(element, "dm", relations)) is not None:
                for text in diagram_texts(diagram):
                    self._lists.add(text, 0)

    def _add_lines(self, lines: Iterable[Line]) -> None:
        for line in lines:
            if line.marker:
                self._lists.add(line.text, line.depth, line.marker)
            else:
                self._lists.leave()
                self.builder.add("paragraph", line.text)

    def _linked(self, element: Element, name: str, relations: Relations) -> Element | None:
        relation = relations.get(attribute(element, name) or "")
        return self._package.part(relation.target) if relation else None

    def _notes(self, relations: Relations) -> list[Line]:
        root = self._package.part(related(relations, "notesSlide"))
        shapes = [] if root is None else ordered_shapes(_tree(root), Inherited())
        bodies = (shape.body() for shape in shapes if shape.placeholder == "body")
        return [line for body in bodies if body is not None for line in read_lines(body, ())]

    def _add_notes(self, lines: list[Line]) -> None:
        if lines:
            self.builder.add("heading", NOTES, level=2)
            self._add_lines(lines)
            self._lists.leave()


def _tree(root: Element) -> Element:
    """The shapes of a slide, layout, master or notes page."""
    return next((element for element in root.iter() if local_name(element) == "spTree"), root)


def _says_something(shape: Shape) -> bool:
    names = {local_name(element) for element in shape.element.iter() if (element.text or "").strip()}
    return "t" in names or local_name(shape.element) == "graphicFrame"
