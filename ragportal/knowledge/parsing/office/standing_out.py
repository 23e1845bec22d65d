"""What a line is, where only its looks tell."""

import re
from collections.abc import Iterable

LONGEST_BOLD_HEADING = 80
CODE_SIGNS = re.compile(r"[{}=;<>()\[\]|\\$#_]|^\s{2,}\S")
"""Signs of code that prose in the type of code does not have."""
_END = re.compile(r"[.,;:!?…]$")


def may_be_heading(text: str) -> bool:
    """Of a paragraph in bold type that stands alone."""
    is_short = len(text) <= LONGEST_BOLD_HEADING and "\n" not in text
    return is_short and text[:1].isalnum() and not _END.search(text) and any(map(str.isalpha, text))


def as_list(lines: Iterable[str]) -> str:
    """Lines as one, in which a reader sees where each ends."""
    joined = ""
    for line in filter(None, lines):
        joined += ("" if not joined else " " if _END.search(joined) else "; ") + line
    return joined
