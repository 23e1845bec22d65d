"""Which paragraphs of a PDF are headings: those of its outline, else those set larger or in bold type."""

import re
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence

import pypdfium2

from ragportal.knowledge.parsing.building import one_line
from ragportal.knowledge.parsing.office.standing_out import may_be_heading
from ragportal.knowledge.parsing.pdf.paragraphs import ITEM, Paragraph
from ragportal.knowledge.parsing.pdf.rows import Line

_LONGEST = 160
_MOST_LINES = 3
_LARGER = 1.1
_SIZE_LEVELS = 4
_FEWEST = 2
_FEWEST_LETTERS = 3
_PLAIN = re.compile(r"\W+")

Outline = Mapping[int, Mapping[str, int]]
"""By page (from 1): the titles as `plain` text, with their levels from 1."""


def read_outline(document: pypdfium2.PdfDocument) -> Outline:
    """The bookmarks of a file; none where they are damaged."""
    outline: dict[int, dict[str, int]] = {}
    try:
        for bookmark in document.get_toc(max_depth=8):
            target = bookmark.get_dest()
            page = target.get_index() if target else None
            title = plain(bookmark.get_title())
            if page is not None and title:
                outline.setdefault(page + 1, {})[title] = min(bookmark.level + 1, 6)
    except pypdfium2.PdfiumError:
        return {}
    return outline


def plain(text: str) -> str:
    """Letters and digits alone, to compare a title with what stands on the page."""
    return _PLAIN.sub("", one_line(text).casefold())


class Headings:
    """Knows the level of each paragraph of one document, 0 for what is no heading."""

    def __init__(self, paragraphs: Sequence[Paragraph], outline: Outline, body: float) -> None:
        """`body`: the height of the lines of the running text."""
        self._outline = outline
        self._follows_outline = sum(self._outlined(one) > 0 for one in paragraphs) >= _FEWEST
        self._body = body
        larger = {_rounded(one.height) for one in paragraphs if self._is_larger(one)}
        self._levels = {height: level for level, height in enumerate(sorted(larger, reverse=True)[:_SIZE_LEVELS], 1)}

    def level(self, paragraph: Paragraph) -> int:
        """1 to 6, or 0."""
        if self._follows_outline:
            return self._outlined(paragraph)
        if self._is_larger(paragraph):
            return self._levels.get(_rounded(paragraph.height), _SIZE_LEVELS)
        is_alone = len(paragraph.lines) == 1 and sum(map(str.isalpha, paragraph.text)) >= _FEWEST_LETTERS
        if paragraph.bold and is_alone and may_be_heading(paragraph.text):
            return min(len(self._levels) + 1, 6)
        return 0

    def _outlined(self, paragraph: Paragraph) -> int:
        titles = self._outline.get(paragraph.page, {})
        return titles.get(plain(paragraph.text), 0) if titles and len(paragraph.text) < 2 * _LONGEST else 0

    def _is_larger(self, paragraph: Paragraph) -> bool:
        text = paragraph.text
        return (
            paragraph.height > _LARGER * self._body
            and len(paragraph.lines) <= _MOST_LINES
            and len(text) <= _LONGEST
            and sum(map(str.isalpha, text)) >= _FEWEST_LETTERS
            and not text.endswith((".", ";", ","))
            and not (ITEM.fullmatch(text) and not text[0].isalnum())
        )


def body_height(lines: Iterable[Line]) -> float:
    """The height that most letters have."""
    letters: Counter[float] = Counter()
    for line in lines:
        letters[_rounded(line.height)] += len(line.text)
    return letters.most_common(1)[0][0] if letters else 0.0


def _rounded(height: float) -> float:
    return round(height * 2) / 2
