"""Text of shapes: paragraphs, and which of them stand behind a bullet or number."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from ragportal.knowledge.parsing.building import one_line
from ragportal.knowledge.parsing.office.math_text import math_text
from ragportal.knowledge.parsing.office.word_numbering import in_form
from ragportal.knowledge.parsing.xml import Element, attribute, local_name

_BULLETS = frozenset({"buChar", "buAutoNum", "buBlip", "buNone"})
_FORMS = (("alphaLc", "lowerLetter"), ("alphaUc", "upperLetter"), ("romanLc", "lowerRoman"), ("romanUc", "upperRoman"))


@dataclass(frozen=True, slots=True)
class Line:
    """A paragraph. `marker`: "" = it is no item of a list."""

    text: str
    depth: int
    marker: str


def read_lines(body: Element, inherited: Sequence[Element]) -> Iterator[Line]:
    """The paragraphs of a text body that say something; `inherited`: list styles, nearest first."""
    styles = [*(child for child in body if local_name(child) == "lstStyle"), *inherited]
    counts: dict[int, int] = {}
    for paragraph in body:
        if local_name(paragraph) != "p":
            continue
        text = paragraph_text(paragraph)
        properties = next((child for child in paragraph if local_name(child) == "pPr"), None)
        depth = _depth(properties)
        bullet = _bullet(properties, depth, styles)
        for deeper in [other for other in counts if other > depth or bullet != "buAutoNum"]:
            counts.pop(deeper)
        if text:
            counts[depth] = counts.get(depth, 0) + 1
            yield Line(text, depth, _marker(bullet, properties, counts[depth]))


def paragraph_text(paragraph: Element) -> str:
    """Its lines; fields with what they last showed."""
    parts = []
    for child in paragraph:
        name = local_name(child)
        if name in {"r", "fld"}:
            parts += [text.text or "" for text in child if local_name(text) == "t"]
        elif name == "br":
            parts.append("\n")
        elif name in {"m", "AlternateContent"}:
            parts.append(math_text(child[0] if name == "AlternateContent" and len(child) else child))
    return "\n".join(filter(None, map(one_line, "".join(parts).replace("\v", "\n").split("\n"))))


def _depth(properties: Element | None) -> int:
    level = (properties.get("lvl") or "0") if properties is not None else "0"
    return min(int(level), 8) if level.isdecimal() else 0


def _bullet(properties: Element | None, depth: int, styles: Sequence[Element]) -> str:
    """The element that decides about a bullet, in the paragraph or in the styles it inherits from."""
    levels = [child for style in styles for child in style if local_name(child) == f"lvl{depth + 1}pPr"]
    for level in [*([properties] if properties is not None else []), *levels]:
        for child in level:
            if local_name(child) in _BULLETS:
                return local_name(child)
    return "buNone"


def _marker(bullet: str, properties: Element | None, count: int) -> str:
    if bullet == "buNone":
        return ""
    numbering = next(
        (child for child in (() if properties is None else properties) if local_name(child) == bullet), None
    )
    if bullet != "buAutoNum" or numbering is None:
        return "-"
    kind, start = attribute(numbering, "type") or "", attribute(numbering, "startAt") or "1"
    form = next((form for beginning, form in _FORMS if kind.startswith(beginning)), "decimal")
    number = in_form(count + (int(start) - 1 if start.isdecimal() else 0), form)
    if kind.endswith("ParenBoth"):
        return f"({number})"
    return number + (")" if kind.endswith("ParenR") else "" if kind.endswith("Plain") else ".")
