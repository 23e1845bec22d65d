"""Places that part a text where no heading does: the functions of source code, the numbered sections of a contract."""

import re
from collections.abc import Sequence
from itertools import takewhile

from ragportal.knowledge.parsing.document import Block, Place

Trail = tuple[str, ...]
"""A place from the outermost to the innermost: ("Ledger", "close"), ("4", "2", "(a)"); () = none that parts a text."""

_SECTION = re.compile(r"\([^)]*\)|[^.()]+")
_WORD = re.compile(r"[A-Z]+(?![a-z])|[^\W\d_]?[^\W\d_A-Z]+|\d+")


def trail_of(place: Place | None) -> Trail:
    """The parts of a symbol or section; pages and rows do not end a thought."""
    if place is not None and place.kind == "symbol":
        return tuple(place.label.split("."))
    if place is not None and place.kind == "section":
        return tuple(_SECTION.findall(place.label))
    return ()


def symbols_in_words(blocks: Sequence[Block]) -> tuple[str, ...]:
    """What all blocks of code are part of, as people say it: ("ledger", "close books") for Ledger.closeBooks.

    The head of a class before one of its methods has no say.
    """
    trails = [trail_of(block.place) if block.place and block.place.kind == "symbol" else () for block in blocks]
    while len(trails) > 1 and trails[0] and trails[0] == trails[-1][: len(trails[0])] != trails[-1]:
        trails.pop(0)
    return tuple(filter(None, map(in_words, _common(trails))))


def in_words(name: str) -> str:
    """A name of source code as words: "close books" for closeBooks and close_books, "HTTP server" for HTTPServer."""
    words = (match[0] for match in _WORD.finditer(name))
    return " ".join(word if len(word) > 1 and word.isupper() else word.lower() for word in words)


def runs(blocks: Sequence[Block], first: int, last: int, depth: int) -> list[tuple[int, int]]:
    """Blocks [first, last) cut wherever the trail changes within its first `depth` parts."""
    starts = [
        place
        for place in range(first, last)
        if place == first or trail_of(blocks[place].place)[:depth] != trail_of(blocks[place - 1].place)[:depth]
    ]
    return list(zip(starts, [*starts[1:], last], strict=True))


def _common(trails: Sequence[Trail]) -> Trail:
    """The parts that all trails begin with."""
    same = takewhile(lambda parts: len(set(parts)) == 1, zip(*trails, strict=False))
    return tuple(parts[0] for parts in same)
