"""What the sheets of a workbook share: strings, formats, the mode of its dates."""

from collections.abc import Sequence
from dataclasses import dataclass

from ragportal.knowledge.parsing.building import one_line
from ragportal.knowledge.parsing.office.number_formats import BUILT_IN, GENERAL, plain, shown
from ragportal.knowledge.parsing.office.package import Package
from ragportal.knowledge.parsing.office.sheet_writer import Cell
from ragportal.knowledge.parsing.xml import Element, attribute, local_name, stream_xml

_ON = frozenset({"1", "true"})
_NO_FILL = frozenset({None, "none"})


@dataclass(frozen=True, slots=True)
class _Format:
    code: str = GENERAL
    strong: bool = False


@dataclass(frozen=True, slots=True)
class Workbook:
    """Strings and formats by their numbers."""

    strings: Sequence[str]
    formats: Sequence[_Format]
    since_1904: bool

    def cell(self, element: Element) -> Cell | None:
        """A cell as shown; None for an empty one."""
        own = self._format(element.get("s"))
        text = self._text(element, own.code)
        return Cell(text, own.strong) if text else None

    def _format(self, number: str | None) -> _Format:
        known = number is not None and number.isdecimal() and int(number) < len(self.formats)
        return self.formats[int(number or 0)] if known else _Format()

    def _text(self, element: Element, code: str) -> str:
        kind = element.get("t") or "n"
        if kind == "inlineStr":
            return one_line(string_of(element))
        value = next((child.text or "" for child in element if local_name(child) == "v"), "")
        if kind == "s":
            known = value.strip().isdecimal() and int(value) < len(self.strings)
            return self.strings[int(value)] if known else ""
        if kind == "b":
            return "TRUE" if value.strip() == "1" else "FALSE" if value else ""
        return one_line(value if kind in {"str", "e", "d"} else self._number(value, code))

    def _number(self, value: str, code: str) -> str:
        try:
            number = float(value)
            return plain(number) if code == GENERAL else shown(number, code, since_1904=self.since_1904)
        except (ValueError, OverflowError):
            return value


def read_workbook(package: Package, root: Element) -> Workbook:
    """From the root element of the workbook's part."""
    properties = next((child for child in root if local_name(child) == "workbookPr"), None)
    since_1904 = properties is not None and attribute(properties, "date1904") in _ON
    return Workbook(_strings(package), _formats(package), since_1904)


def string_of(element: Element) -> str:
    """The text of a string element: its own, or that of its differently formatted parts; not how it is pronounced."""
    parts = []
    for child in element:
        name = local_name(child)
        if name == "t":
            parts.append(child.text or "")
        elif name in {"r", "is"}:
            parts.append(string_of(child))
    return "".join(parts)


def _strings(package: Package) -> list[str]:
    name = package.only(package.main, "sharedStrings")
    if not package.archive.has(name):
        return []
    with package.archive.opened(name) as stream:
        return [one_line(string_of(element)) for element in stream_xml(stream, "si")]


def _formats(package: Package) -> list[_Format]:
    root = package.part(package.only(package.main, "styles"))
    parts = {local_name(child): child for child in (() if root is None else root)}
    codes = dict(BUILT_IN)
    for element in parts.get("numFmts", ()):
        number = element.get("numFmtId") or ""
        if number.isdecimal():
            codes[int(number)] = element.get("formatCode") or GENERAL
    bold = [_is_bold(font) for font in parts.get("fonts", ())]
    # The first two fills, "none" and "gray125", stand there always.
    filled = [place > 1 and _is_filled(fill) for place, fill in enumerate(parts.get("fills", ()))]
    return [
        _Format(
            codes.get(_number(element, "numFmtId"), GENERAL),
            _at(bold, _number(element, "fontId")) or _at(filled, _number(element, "fillId")),
        )
        for element in parts.get("cellXfs", ())
    ]


def _is_bold(font: Element) -> bool:
    return any(local_name(child) == "b" and child.get("val") not in {"0", "false"} for child in font)


def _is_filled(fill: Element) -> bool:
    return any(child.get("patternType") not in _NO_FILL for child in fill)


def _number(element: Element, name: str) -> int:
    value = element.get(name) or "0"
    return int(value) if value.isdecimal() else 0


def _at(values: list[bool], place: int) -> bool:
    return values[place] if place < len(values) else False
