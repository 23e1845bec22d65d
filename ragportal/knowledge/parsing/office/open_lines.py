"""Paragraphs of OpenDocument files: their text as a reader sees it, and what is anchored in them."""

from collections.abc import Iterator
from dataclasses import dataclass, field

from ragportal.knowledge.parsing.building import one_line
from ragportal.knowledge.parsing.office.open_package import OpenStyles, whole_number
from ragportal.knowledge.parsing.xml import Element, attribute, local_name

_LEFT_OUT = frozenset({"annotation", "annotation-end", "tracked-changes", "hidden-text", "ruby-text", "desc", "title"})
_MOST_SPACES = 1000


@dataclass(slots=True)
class OpenLine:
    """`bold`, `monospaced`: all of the text is so. `boxes`: text boxes anchored here. `notes`: footnotes."""

    parts: list[str] = field(default_factory=list)
    boxes: list[Element] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)
    bold: bool = True
    monospaced: bool = True

    @property
    def raw(self) -> str:
        """With its spaces, as code needs them."""
        return "".join(self.parts)

    @property
    def text(self) -> str:
        return "\n".join(filter(None, map(one_line, self.raw.split("\n"))))


def read_line(paragraph: Element, styles: OpenStyles) -> OpenLine:
    """A paragraph or heading."""
    line = OpenLine()
    name = attribute(paragraph, "style-name") or ""
    bold, monospaced = (styles.says("paragraph", name, what) for what in ("bold", "monospaced"))
    _collect(paragraph, styles, line, (bold, monospaced))
    return line


def lines_in(container: Element, styles: OpenStyles) -> Iterator[str]:
    """The text of every paragraph within, each on one line."""
    for child in container:
        name = local_name(child)
        if name in {"p", "h"}:
            line = read_line(child, styles)
            yield one_line(line.raw)
            for box in line.boxes:
                yield from lines_in(box, styles)
            yield from line.notes
        elif name not in _LEFT_OUT:
            yield from lines_in(child, styles)


def _collect(element: Element, styles: OpenStyles, line: OpenLine, kind: tuple[bool, bool]) -> None:
    _say(element.text, line, kind)
    for child in element:
        name = local_name(child)
        if name == "s":
            line.parts.append(" " * min(whole_number(child, "c"), _MOST_SPACES))
        elif name == "tab":
            line.parts.append("\t")
        elif name == "line-break":
            line.parts.append("\n")
        elif name == "note":
            line.notes += _note(child, styles)
        elif name in {"frame", "custom-shape", "g", "rect", "ellipse"}:
            line.boxes.append(child)
        elif name and name not in _LEFT_OUT:
            _collect(child, styles, line, _kind(child, styles, kind))
        _say(child.tail, line, kind)


def _kind(element: Element, styles: OpenStyles, outer: tuple[bool, bool]) -> tuple[bool, bool]:
    chain = styles.chain("text", attribute(element, "style-name") or "")
    own = [
        next((value for style in chain if (value := getattr(style, what)) is not None), None)
        for what in ("bold", "monospaced")
    ]
    return outer[0] if own[0] is None else own[0], outer[1] if own[1] is None else own[1]


def _say(text: str | None, line: OpenLine, kind: tuple[bool, bool]) -> None:
    if text:
        line.parts.append(" ".join(text.split("\n")))
        if text.strip():
            line.bold, line.monospaced = line.bold and kind[0], line.monospaced and kind[1]


def _note(note: Element, styles: OpenStyles) -> Iterator[str]:
    parts = {local_name(child): child for child in note}
    citation = parts["note-citation"].text if "note-citation" in parts else ""
    text = " ".join(filter(None, lines_in(parts["note-body"], styles))) if "note-body" in parts else ""
    if text:
        yield f"[{citation}] {text}" if citation else text
