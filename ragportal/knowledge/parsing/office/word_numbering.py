"""Numbers and bullets of Word's lists, which the file only describes."""

import re
from dataclasses import dataclass, field

from ragportal.knowledge.parsing.lists import BULLET
from ragportal.knowledge.parsing.office.package import Package
from ragportal.knowledge.parsing.office.word_styles import Styles
from ragportal.knowledge.parsing.xml import Element, attribute, local_name

_PLACEHOLDER = re.compile(r"%([1-9])")
_ROMAN = ((1000, "m"), (900, "cm"), (500, "d"), (400, "cd"), (100, "c"), (90, "xc"), (50, "l"), (40, "xl"))
_ROMAN_REST = ((10, "x"), (9, "ix"), (5, "v"), (4, "iv"), (1, "i"))


@dataclass(frozen=True, slots=True)
class Level:
    """One depth of a list: `text` such as "%1.%2" with the numbers of the depths to fill in."""

    form: str = "decimal"
    text: str = "%1."
    start: int = 1


@dataclass(slots=True)
class _List:
    levels: dict[int, Level] = field(default_factory=dict)
    style: str = ""
    counts: dict[int, int] = field(default_factory=dict)


class Numbering:
    """Counts through the lists of one file, in the order of its paragraphs."""

    def __init__(self, package: Package, styles: Styles) -> None:
        self._styles = styles
        self._lists: dict[str, _List] = {}
        self._of: dict[str, str] = {}
        self._restarts: dict[str, dict[int, Level]] = {}
        root = package.part(package.only(package.main, "numbering"))
        for element in () if root is None else root:
            if local_name(element) == "abstractNum":
                self._lists[attribute(element, "abstractNumId") or ""] = _read_list(element)
        for element in () if root is None else root:
            if local_name(element) == "num":
                self._read_use(element)

    def is_list(self, number: str) -> bool:
        return number != "0" and number in self._of

    def next_marker(self, number: str, depth: int) -> str:
        """What stands before the paragraph that comes now: "-" for bullets, "2.1" or "(a)"; "" where nothing does."""
        own = self._list(number)
        for restarted, override in self._restarts.pop(number, {}).items():
            own.levels[restarted] = override
            own.counts.pop(restarted, None)
        level = own.levels.get(depth, Level(text=f"%{depth + 1}."))
        own.counts[depth] = own.counts.get(depth, level.start - 1) + 1
        for deeper in [other for other in own.counts if other > depth]:
            del own.counts[deeper]
        if level.form == "bullet":
            return BULLET
        return "" if level.form == "none" else _PLACEHOLDER.sub(lambda found: self._number(own, found), level.text)

    def _number(self, own: _List, found: re.Match[str]) -> str:
        depth = int(found[1]) - 1
        level = own.levels.get(depth, Level())
        return in_form(own.counts.get(depth, level.start), level.form)

    def _list(self, number: str) -> _List:
        own = self._lists.setdefault(self._of.get(number, ""), _List())
        linked = self._styles.numbering(own.style) if own.style else None
        if linked and not own.levels and self._of.get(linked[0], "") in self._lists:
            own.levels = self._lists[self._of[linked[0]]].levels
        return own

    def _read_use(self, element: Element) -> None:
        number = attribute(element, "numId") or ""
        overrides: dict[int, Level] = {}
        for child in element:
            if local_name(child) == "abstractNumId":
                self._of[number] = attribute(child, "val") or ""
            elif local_name(child) == "lvlOverride":
                self._read_override(child, number, overrides)
        if overrides:
            self._restarts[number] = overrides

    def _read_override(self, element: Element, number: str, overrides: dict[int, Level]) -> None:
        depth = _whole(attribute(element, "ilvl"), 0)
        known = self._lists.get(self._of.get(number, ""), _List()).levels.get(depth, Level())
        for child in element:
            if local_name(child) == "lvl":
                known = _read_level(child)
            elif local_name(child) == "startOverride":
                known = Level(known.form, known.text, _whole(attribute(child, "val"), 1))
        overrides[depth] = known


def in_form(number: int, form: str) -> str:
    """A number as Word's number formats show it; unknown formats as digits."""
    if form in {"lowerLetter", "upperLetter"} and number > 0:
        letters = chr(ord("a") + (number - 1) % 26) * ((number - 1) // 26 + 1)
        return letters if form == "lowerLetter" else letters.upper()
    if form in {"lowerRoman", "upperRoman"} and 0 < number < 4000:
        roman = _roman(number)
        return roman if form == "lowerRoman" else roman.upper()
    return f"{number:02}" if form == "decimalZero" else str(number)


def _roman(number: int) -> str:
    letters = ""
    for value, sign in (*_ROMAN, *_ROMAN_REST):
        letters += sign * (number // value)
        number %= value
    return letters


def _read_list(element: Element) -> _List:
    own = _List()
    for child in element:
        if local_name(child) == "lvl":
            own.levels[_whole(attribute(child, "ilvl"), 0)] = _read_level(child)
        elif local_name(child) == "numStyleLink":
            own.style = attribute(child, "val") or ""
    return own


def _read_level(element: Element) -> Level:
    values = {local_name(child): attribute(child, "val") for child in element}
    return Level(values.get("numFmt") or "decimal", values.get("lvlText") or "", _whole(values.get("start"), 1))


def _whole(text: str | None, otherwise: int) -> int:
    return int(text) if text and text.isdecimal() and len(text) < 9 else otherwise
