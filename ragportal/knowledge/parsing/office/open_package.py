"""OpenDocument files: their parts and their styles."""

from dataclasses import dataclass, field

from ragportal.knowledge.parsing.archives import Archive
from ragportal.knowledge.parsing.document import ParsingFailed
from ragportal.knowledge.parsing.office.package import real_title
from ragportal.knowledge.parsing.office.word_styles import looks_monospaced
from ragportal.knowledge.parsing.xml import Element, attribute, local_name, parse_xml

_ON = "true"


@dataclass(slots=True)
class OpenStyle:
    """What a style says itself; None = it leaves that to its parent. `hidden`: of a sheet or slide."""

    name: str = ""
    parent: str = ""
    list_style: str = ""
    bold: bool | None = None
    monospaced: bool | None = None
    filled: bool | None = None
    hidden: bool = False


@dataclass(frozen=True, slots=True)
class ListLevel:
    """`form` as in OpenDocument: "1", "a", "I", "" for none; None = a bullet."""

    form: str | None
    prefix: str = ""
    suffix: str = ""
    start: int = 1
    shown: int = 1


@dataclass(slots=True)
class OpenStyles:
    """Styles by family and name, list styles by name and depth."""

    styles: dict[tuple[str, str], OpenStyle] = field(default_factory=dict)
    lists: dict[str, dict[int, ListLevel]] = field(default_factory=dict)

    def chain(self, family: str, name: str) -> list[OpenStyle]:
        """The style and its ancestors, nearest first."""
        found: list[OpenStyle] = []
        seen: set[str] = set()
        while (family, name) in self.styles and name not in seen:
            seen.add(name)
            found.append(self.styles[family, name])
            name = found[-1].parent
        return found

    def names(self, family: str, name: str) -> list[str]:
        """What the style and its ancestors are called, lower-case."""
        return [style.name for style in self.chain(family, name)]

    def says(self, family: str, name: str, what: str) -> bool:
        """Whether a style, or the nearest ancestor that speaks of it, is bold, monospaced or filled."""
        values = (getattr(style, what) for style in self.chain(family, name))
        return bool(next((value for value in values if value is not None), False))


class OpenPackage:
    """The parts of one file. Raises ParsingFailed where it is damaged or under a password."""

    def __init__(self, body: bytes) -> None:
        self.archive = Archive(body)
        if b"encryption-data" in self.archive.read("META-INF/manifest.xml"):
            raise ParsingFailed("The file is protected by a password: save it without one.")
        content = self.archive.read("content.xml")
        if not content:
            raise ParsingFailed("The file is damaged or incomplete: its content is missing.")
        self.content = parse_xml(content)
        self.styles = OpenStyles()
        for part in (self.archive.read("styles.xml"), content):
            if part:
                _read_styles(self.content if part is content else parse_xml(part), self.styles)

    def body(self) -> Element:
        """The element in which text, sheets or slides stand."""
        for child in self.content:
            if local_name(child) == "body" and len(child):
                return child[0]
        raise ParsingFailed("The file is damaged or incomplete: its content is missing.")

    def object(self, reference: str) -> Element | None:
        """The content of an object inside the file, such as a chart."""
        part = self.archive.read(f"{reference.removeprefix('./').rstrip('/')}/content.xml")
        return parse_xml(part) if part else None

    def title(self) -> str:
        """As the file's properties say it."""
        meta = self.archive.read("meta.xml")
        titles = (child.text or "" for child in parse_xml(meta).iter() if local_name(child) == "title") if meta else ()
        return next(map(real_title, titles), "")


def whole_number(element: Element, name: str, otherwise: int = 1) -> int:
    """An attribute that is a positive whole number; `otherwise` where it is none."""
    value = attribute(element, name) or ""
    return int(value) if value.isdecimal() and len(value) < 9 else otherwise


def _read_styles(root: Element, styles: OpenStyles) -> None:
    for group in root:
        if local_name(group) not in {"styles", "automatic-styles", "master-styles"}:
            continue
        for element in group:
            name = attribute(element, "name") or ""
            if local_name(element) == "style":
                styles.styles[attribute(element, "family") or "", name] = _style(element, name)
            elif local_name(element) == "list-style":
                styles.lists[name] = {whole_number(level, "level") - 1: _list_level(level) for level in element}


def _style(element: Element, name: str) -> OpenStyle:
    shown = (attribute(element, "display-name") or name).lower()
    style = OpenStyle(shown, attribute(element, "parent-style-name") or "", attribute(element, "list-style-name") or "")
    for properties in element:
        kind = local_name(properties)
        weight, font = attribute(properties, "font-weight"), attribute(properties, "font-name")
        if kind == "text-properties":
            style.bold = style.bold if weight is None else weight in {"bold", "600", "700", "800", "900"}
            style.monospaced = style.monospaced if font is None else looks_monospaced(font)
        elif kind == "table-cell-properties":
            colour = attribute(properties, "background-color")
            style.filled = None if colour is None else colour not in {"transparent", "#ffffff"}
        elif kind == "table-properties":
            style.hidden = attribute(properties, "display") == "false"
        elif kind == "drawing-page-properties":
            style.hidden = attribute(properties, "visibility") == "hidden"
    return style


def _list_level(element: Element) -> ListLevel:
    if local_name(element) != "list-level-style-number":
        return ListLevel(None)
    return ListLevel(
        attribute(element, "num-format") or "",
        attribute(element, "num-prefix") or "",
        attribute(element, "num-suffix") or "",
        whole_number(element, "start-value"),
        whole_number(element, "display-levels"),
    )
