"""Pieces of a page to rows: what stands beside each other on one line."""

import re
from dataclasses import dataclass
from statistics import median

from ragportal.knowledge.parsing.pdf.pages import Piece

_MARKER = re.compile(
    r"[\u2022\u25aa\u25cf\u25e6\u2023\u2043\u00b7\uf0b7\uf0a7\u25a0\u2013*o-]|\(?(?:\d{1,3}|[a-zA-Z])[.)]"
)
_RULE = re.compile(r"[-=_*~.\u2013\u2014\u2500\u2550]{4,}")
_SAME_LINE = 0.5


@dataclass(slots=True)
class Line:
    """One line of a page, or one cell's part of it. `pieces`: several where wide gaps part them."""

    pieces: list[Piece]

    @property
    def text(self) -> str:
        return " ".join(piece.text for piece in self.pieces)

    @property
    def left(self) -> float:
        return self.pieces[0].left

    @property
    def right(self) -> float:
        return max(piece.right for piece in self.pieces)

    @property
    def bottom(self) -> float:
        return min(piece.bottom for piece in self.pieces)

    @property
    def height(self) -> float:
        return median(piece.height for piece in self.pieces)

    @property
    def bold(self) -> bool:
        return all(piece.bold for piece in self.pieces)


def read_rows(pieces: list[Piece]) -> list[Line]:
    """Lines in the order of the file; a bullet or number is one with the words behind it, a line of dashes is none."""
    lines: list[Line] = []
    for piece in (piece for piece in pieces if not _RULE.fullmatch(piece.text)):
        last = lines[-1].pieces[-1] if lines else None
        if last is None or not _is_beside(last, piece):
            lines.append(Line([piece]))
        elif _MARKER.fullmatch(last.text) and len(lines[-1].pieces) == 1 and piece.left - last.right < 4 * last.height:
            last.text, last.right, last.bold = f"{last.text} {piece.text}", piece.right, piece.bold
        else:
            lines[-1].pieces.append(piece)
    return lines


def _is_beside(last: Piece, piece: Piece) -> bool:
    smaller = min(last.height, piece.height)
    middle, other = last.bottom + last.height / 2, piece.bottom + piece.height / 2
    return abs(middle - other) < _SAME_LINE * smaller and piece.left >= last.right - 0.3 * smaller
