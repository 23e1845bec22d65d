"""Lines of a page to paragraphs, list items and candidates for headings."""

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from ragportal.knowledge.parsing.pdf.pages import Box
from ragportal.knowledge.parsing.pdf.rows import Line

ITEM = re.compile(
    r"(?P<marker>[\u2022\u25aa\u25cf\u25e6\u2023\u2043\u00b7\uf0b7\uf0a7\u25a0\u2013*-]|(?:\d{1,3}|[a-z])[.)]|\((?:\d{1,2}|[a-z])\))\s+(?P<text>\S.*)",
    re.DOTALL,
)
_SENTENCE_END = re.compile(r"[.!?:;][\"'\u201d\u2019)\]]*$")
_USUAL, _WIDE = 1.6, 2.3
"""How far apart two lines of a paragraph may be, in heights of a line; and after a line that reaches the margin."""
_SAME_COLUMN = 4
_HYPHENS = ("-", "\u00ad", "\u2010")
_KEEPS_HYPHEN = re.compile(r"(?:und|oder|and|or|bzw|y|et)\b", re.IGNORECASE)


@dataclass(slots=True)
class Paragraph:
    """Lines that a reader takes for one; `right`: how far the lines of its column reach."""

    lines: list[Line]
    page: int
    right: float

    @property
    def text(self) -> str:
        return joined(line.text for line in self.lines)

    @property
    def height(self) -> float:
        return self.lines[0].height

    @property
    def bold(self) -> bool:
        return all(line.bold for line in self.lines)

    @property
    def box(self) -> Box:
        return box_of(self.lines)


def box_of(lines: Sequence[Line]) -> Box:
    """The place of lines on their page."""
    return (
        min(line.left for line in lines),
        min(line.bottom for line in lines),
        max(line.right for line in lines),
        max(line.bottom + line.height for line in lines),
    )


def gather(lines: Sequence[Line], page: int) -> Iterator[Paragraph]:
    """Paragraphs in the order of the lines."""
    open_one: Paragraph | None = None
    for line in lines:
        if open_one is not None and _goes_on(open_one, line):
            open_one.lines.append(line)
            continue
        if open_one is not None:
            yield open_one
        open_one = Paragraph([line], page, _margin(line, lines))
    if open_one is not None:
        yield open_one


def _margin(line: Line, lines: Sequence[Line]) -> float:
    """The right end of the longest line that begins about where this one does."""
    rights = [other.right for other in lines if abs(other.left - line.left) < _SAME_COLUMN * line.height]
    return max(rights, default=line.right)


def joined(lines: Iterable[str]) -> str:
    """Lines as one, words that were parted at the end of a line put together."""
    text = ""
    for line in lines:
        if text.endswith(_HYPHENS) and text[-2:-1].isalpha() and line[:1].islower() and not _KEEPS_HYPHEN.match(line):
            text = text[:-1] + line
        elif text.endswith(_HYPHENS) and text[-2:-1].isalnum() and line[:1].isalnum() and not _KEEPS_HYPHEN.match(line):
            text += line
        else:
            text = f"{text} {line}" if text else line
    return text


def _goes_on(paragraph: Paragraph, line: Line) -> bool:
    last = paragraph.lines[-1]
    gap = last.bottom - line.bottom
    same_type = abs(line.height - last.height) <= 0.1 * last.height and line.bold == last.bold
    widest = _WIDE if last.right > paragraph.right - 0.1 * (paragraph.right - last.left) else _USUAL
    if not (same_type or _is_mixed(paragraph, line)) or not 0 < gap <= widest * max(line.height, last.height):
        return False
    if len(paragraph.lines) > 1:
        usual = paragraph.lines[0].bottom - paragraph.lines[1].bottom
        if gap > 1.25 * usual:
            return False
    if ITEM.fullmatch(line.text) or line.left > last.right or line.right < last.left:
        return False
    indented = line.left > last.left + 0.8 * line.height
    is_first_of_item = len(paragraph.lines) == 1 and bool(ITEM.fullmatch(last.text))
    if is_first_of_item and line.left < last.left - 0.3 * line.height:
        return False
    ended = bool(_SENTENCE_END.search(last.text))
    is_short = last.right < paragraph.right - 0.2 * (paragraph.right - last.left)
    if indented and not is_first_of_item and (ended or is_short):
        return False
    return not (is_short and (ended or not line.text[:1].islower()) and not _is_centred(last, line))


def _is_mixed(paragraph: Paragraph, line: Line) -> bool:
    """A paragraph may begin with words in bold type: then its lines differ, though not in size."""
    last = paragraph.lines[-1]
    partly = any(piece.bold for piece in last.pieces) != last.bold
    return abs(line.height - last.height) <= 0.1 * last.height and partly


def _is_centred(last: Line, line: Line) -> bool:
    middle, other = (last.left + last.right) / 2, (line.left + line.right) / 2
    return abs(middle - other) < line.height and abs(last.left - line.left) > line.height
