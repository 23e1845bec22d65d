"""What the styles of a Word file make of a paragraph."""

import re
from dataclasses import dataclass, field

from ragportal.knowledge.parsing.office.package import Package
from ragportal.knowledge.parsing.xml import Element, attribute, local_name

_HEADING = re.compile(r"heading ?([1-9])")
_TOC = re.compile(r"toc ?\d|table of figures")
_CODE = re.compile(r"\bcode\b|sourcecode|preformatted|macro text", re.IGNORECASE)
_QUOTE = re.compile(r"(?:intense )?quote|block text", re.IGNORECASE)
_MONOSPACED = re.compile(
    r"courier|consolas|menlo|monaco|mono\b|lucida console|cascadia|monospace|fira code", re.IGNORECASE
)
_OFF = frozenset({"0", "false", "off", "none"})


@dataclass(slots=True)
class Style:
    """What a style says itself; None = it leaves that to the style it is based on."""

    name: str = ""
    based_on: str = ""
    outline: int | None = None
    numbering: tuple[str, int] | None = None
    bold: bool | None = None
    monospaced: bool | None = None
    first_row: bool | None = None


@dataclass(slots=True)
class Styles:
    """The styles of one file by their ids, which are localised; the names of built-in ones are not."""

    by_id: dict[str, Style] = field(default_factory=dict)
    default: str = ""

    def chain(self, style_id: str) -> list[Style]:
        """The style and those it is based on, nearest first."""
        found: list[Style] = []
        seen: set[str] = set()
        while style_id in self.by_id and style_id not in seen:
            seen.add(style_id)
            found.append(self.by_id[style_id])
            style_id = found[-1].based_on
        return found

    def heading_level(self, style_id: str) -> int:
        """1 to 6; 0 = no heading. A title is of level 1."""
        for style in self.chain(style_id):
            named = _HEADING.fullmatch(style.name)
            if named:
                return min(int(named[1]), 6)
            if style.outline is not None:
                return min(style.outline + 1, 6) if style.outline < 9 else 0
            if style.name == "title":
                return 1
        return 0

    def is_title(self, style_id: str) -> bool:
        return any(style.name == "title" for style in self.chain(style_id))

    def is_contents(self, style_id: str) -> bool:
        return any(_TOC.fullmatch(style.name) for style in self.chain(style_id))

    def is_code(self, style_id: str) -> bool:
        return any(_CODE.search(style.name) for style in self.chain(style_id))

    def is_monospaced(self, style_id: str) -> bool:
        return bool(self._first(self.chain(style_id), "monospaced"))

    def sets_first_row_apart(self, style_id: str) -> bool:
        """Of a table's style."""
        return bool(self._first(self.chain(style_id), "first_row"))

    def is_quote(self, style_id: str) -> bool:
        return any(_QUOTE.fullmatch(style.name) for style in self.chain(style_id))

    def is_bold(self, style_id: str) -> bool:
        return bool(self._first(self.chain(style_id), "bold"))

    def numbering(self, style_id: str) -> tuple[str, int] | None:
        """The list that the style puts a paragraph into, and how deep."""
        return next((style.numbering for style in self.chain(style_id) if style.numbering is not None), None)

    @staticmethod
    def _first(chain: list[Style], name: str) -> object:
        return next((value for style in chain if (value := getattr(style, name)) is not None), None)


def read_styles(package: Package) -> Styles:
    """The styles of a file; none where it has no such part."""
    root = package.part(package.only(package.main, "styles"))
    styles = Styles()
    for element in () if root is None else root:
        style_id = attribute(element, "styleId")
        if local_name(element) == "style" and style_id:
            styles.by_id[style_id] = _style(element)
            if attribute(element, "default") in {"1", "true"} and attribute(element, "type") == "paragraph":
                styles.default = style_id
    return styles


def _style(element: Element) -> Style:
    style = Style()
    for child in element:
        name = local_name(child)
        if name == "name":
            style.name = (attribute(child, "val") or "").lower()
        elif name == "basedOn":
            style.based_on = attribute(child, "val") or ""
        elif name == "pPr":
            style.outline, style.numbering = outline_of(child), numbering_of(child)
        elif name == "tblStylePr" and attribute(child, "type") == "firstRow":
            style.first_row = True
        elif name == "rPr":
            style.bold, style.monospaced = switch(child, "b"), is_monospaced(child)
    return style


def outline_of(properties: Element) -> int | None:
    """The outline level of paragraph properties: 0 to 8, 9 = body text."""
    value = _value(properties, "outlineLvl")
    return int(value) if value and value.isdecimal() else None


def numbering_of(properties: Element) -> tuple[str, int] | None:
    """List id and depth; ("0", …) takes a paragraph out of its style's list."""
    for child in properties:
        if local_name(child) == "numPr":
            number, depth = _value(child, "numId"), _value(child, "ilvl") or "0"
            if number is not None:
                return number, min(int(depth), 8) if depth.isdecimal() else 0
    return None


def switch(properties: Element, name: str) -> bool | None:
    """Whether run properties turn something on or off; None = they do not speak of it."""
    for child in properties:
        if local_name(child) == name:
            return (attribute(child, "val") or "1").lower() not in _OFF
    return None


def is_monospaced(properties: Element) -> bool | None:
    """Whether run properties name a font for code; None = they name no font."""
    for child in properties:
        if local_name(child) == "rFonts":
            font = attribute(child, "ascii") or attribute(child, "hAnsi")
            return looks_monospaced(font) if font else None
    return None


def looks_monospaced(font: str) -> bool:
    """Whether the name of a font is that of one for code."""
    return bool(_MONOSPACED.search(font))


def _value(properties: Element, name: str) -> str | None:
    return next((attribute(child, "val") for child in properties if local_name(child) == name), None)
