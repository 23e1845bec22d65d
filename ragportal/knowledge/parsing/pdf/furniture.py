"""What repeats on the pages of a PDF and is not its text: running headers, footers, page numbers."""

import re
from collections import Counter
from collections.abc import Sequence

from ragportal.knowledge.parsing.pdf.pages import Page
from ragportal.knowledge.parsing.pdf.rows import Line, read_rows

Key = tuple[str, int]

ZONE = 0.12
"""Of a page's height: where headers and footers stand."""
_SHARE = 0.4
_LINES = 4
_NUMBER = re.compile(r"\d{1,6}")
_PAGE_NUMBER = re.compile(
    r"[-–|\s]*(?:page|seite|p\.|s\.|página|pagina)?\s*(\d{1,4})\s*(?:(?:/|of|von|de|di|sur)\s*\d{1,4})?[-–|\s]*",
    re.IGNORECASE,
)


def without_furniture(pages: Sequence[Page]) -> list[list[Line]]:
    """The lines of each page without it: what most pages have at the same place of their edge, and page numbers."""
    all_lines = [read_rows(page.pieces) for page in pages]
    edges = [_edge(page, lines) for page, lines in zip(pages, all_lines, strict=True)]
    counts: Counter[Key] = Counter()
    for page, edge in zip(pages, edges, strict=True):
        counts.update({key for line in edge for key in _keys(page, line, len(pages))})
    least = max(3, _SHARE * len(pages))
    kept = []
    for page, lines, edge in zip(pages, all_lines, edges, strict=True):
        dropped = [
            line
            for line in edge
            if _is_number(page, line, len(pages)) or any(counts[key] >= least for key in _keys(page, line, len(pages)))
        ]
        kept.append([line for line in lines if not any(line is other for other in dropped)])
    return kept


def _edge(page: Page, lines: list[Line]) -> list[Line]:
    """The outermost lines at the top and the bottom."""
    ordered = sorted(lines, key=lambda line: line.bottom)
    ends = ordered if len(ordered) < 2 * _LINES else [*ordered[:_LINES], *ordered[-_LINES:]]
    return [line for line in ends if not ZONE < (line.bottom + line.height / 2) / max(page.height, 1.0) < 1 - ZONE]


def _keys(page: Page, line: Line, pages: int) -> set[Key]:
    """Its place and words; and the words with their numbers relative to the page's, so that 3 on page 3 is known."""
    place = round(line.bottom / 6)
    text = line.text.lower()
    relative = _NUMBER.sub(
        lambda found: found[0] if int(found[0]) == pages else f"#{int(found[0]) - page.number}", text
    )
    return {(text, place), (relative, place)}


def _is_number(page: Page, line: Line, pages: int) -> bool:
    found = _PAGE_NUMBER.fullmatch(line.text)
    if found is None:
        return False
    return int(found[1]) == page.number or (pages > 2 and not line.text.strip().isdecimal())
