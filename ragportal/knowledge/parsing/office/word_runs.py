"""What stands in a paragraph of a Word file: its text as a reader sees it, and what is anchored in it."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from ragportal.knowledge.parsing.office.math_text import math_text
from ragportal.knowledge.parsing.office.word_styles import is_monospaced, switch
from ragportal.knowledge.parsing.xml import Element, attribute, local_name

_WRAPPERS = frozenset(
    {"hyperlink", "smartTag", "ins", "moveTo", "sdt", "sdtContent", "fldSimple", "dir", "bdo", "customXml", "ruby"}
    | {"rubyBase", "Choice", "Fallback"}
)
_SIGNS: Mapping[str, str] = {"tab": "\t", "ptab": "\t", "br": "\n", "cr": "\n", "noBreakHyphen": "-"}
_NOTES: Mapping[str, str] = {"footnoteReference": "footnotes", "endnoteReference": "endnotes"}


@dataclass(slots=True)
class Runs:
    """`bold`, `monospaced`: all of the text is so. `boxes`: text boxes anchored here. `notes`: (part, id) of each."""

    parts: list[str] = field(default_factory=list)
    boxes: list[Element] = field(default_factory=list)
    notes: list[tuple[str, str]] = field(default_factory=list)
    bold: bool = True
    monospaced: bool = True

    @property
    def text(self) -> str:
        return "".join(self.parts)


class RunReader:
    """Reads paragraph after paragraph; a field may begin in one and end in another."""

    def __init__(self) -> None:
        self._fields: list[bool] = []  # of each open field, whether its result has begun
        self.style_is_bold = False
        self.style_is_monospaced = False

    def read(self, paragraph: Element) -> Runs:
        """Without what is deleted, hidden or an instruction to Word."""
        runs = Runs()
        self._children(paragraph, runs)
        return runs

    def _children(self, element: Element, runs: Runs) -> None:
        for child in element:
            name = local_name(child)
            if name == "r":
                self._run(child, runs)
            elif name in _WRAPPERS:
                self._children(child, runs)
            elif name == "AlternateContent":
                self._children(chosen(child), runs)
            elif name in {"oMath", "oMathPara"}:
                runs.parts.append(f" {math_text(child)} ")
                runs.bold = runs.monospaced = False

    def _run(self, run: Element, runs: Runs) -> None:
        properties = next((child for child in run if local_name(child) == "rPr"), None)
        if properties is not None and switch(properties, "vanish"):
            return
        before = len(runs.parts)
        for child in run:
            self._content(child, runs)
        if "".join(runs.parts[before:]).strip():
            bold = switch(properties, "b") if properties is not None else None
            monospaced = is_monospaced(properties) if properties is not None else None
            runs.bold = runs.bold and (self.style_is_bold if bold is None else bold)
            runs.monospaced = runs.monospaced and (self.style_is_monospaced if monospaced is None else monospaced)

    def _content(self, child: Element, runs: Runs) -> None:
        name = local_name(child)
        if name == "fldChar":
            self._field(attribute(child, "fldCharType") or "")
        elif not all(self._fields):
            return  # the instruction of a field
        elif name == "AlternateContent":
            for inner in chosen(child):
                self._content(inner, runs)
        elif name in _NOTES:
            runs.notes.append((_NOTES[name], attribute(child, "id") or ""))
        elif name in {"drawing", "pict", "object"}:
            runs.boxes += text_boxes(child)
        elif name == "ruby":
            self._children(child, runs)
        else:
            runs.parts.append(_said(child, name))

    def _field(self, kind: str) -> None:
        if kind == "begin":
            self._fields.append(False)
        elif kind == "separate" and self._fields:
            self._fields[-1] = True
        elif kind == "end" and self._fields:
            self._fields.pop()


def chosen(alternatives: Element) -> Element:
    """Of several forms of the same content, the first that is for today's programs."""
    return next(iter(alternatives), alternatives)


def text_boxes(element: Element) -> list[Element]:
    """The contents of the text boxes in a drawing, outermost ones only."""
    found: list[Element] = []
    for child in element:
        if local_name(child) == "txbxContent":
            found.append(child)
        else:
            found += text_boxes(chosen(child) if local_name(child) == "AlternateContent" else child)
    return found


def _said(child: Element, name: str) -> str:
    if name == "t":
        return child.text or ""
    return _symbol(attribute(child, "char") or "") if name == "sym" else _SIGNS.get(name, "")


def _symbol(code: str) -> str:
    """A character of a symbol font; most of these fonts keep them where Unicode has nothing."""
    try:
        number = int(code, 16)
    except ValueError:
        return ""
    return "" if 0xE000 <= number <= 0xF8FF or not 0x20 <= number < 0x110000 else chr(number)
