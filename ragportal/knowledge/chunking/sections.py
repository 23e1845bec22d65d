"""Which blocks of a document belong together: a section, or small neighbouring sections of one parent.

Headings make sections; where there are none, the functions of code and the numbered sections of a contract do.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

from ragportal.knowledge.chunking.places import runs, symbols_in_words, trail_of
from ragportal.knowledge.parsing.document import Block

_NEXT_TO_NOTHING = 8
"""Divides `small`: what is smaller tells nothing alone."""


@dataclass(frozen=True, slots=True)
class Span:
    """Blocks [first, last), all under the headings of `path`; headings among them are part of the text.

    Of code, the path ends with the function or class that they all belong to, in words.
    """

    first: int
    last: int
    path: tuple[str, ...]


class Sections:
    """Walks the tree that headings make of a document's blocks."""

    def __init__(self, text: str, blocks: Sequence[Block], size: Callable[[int, int], int], small: int) -> None:
        """`size`: tokens of blocks [first, last). Up to `small` tokens, neighbours are put together."""
        self._text = text
        self._blocks = blocks
        self._size = size
        self._small = small

    def spans(self, first: int) -> Iterator[Span]:
        """Every block from `first` on, once and in order; a heading above its section is in its path instead."""
        if first < len(self._blocks):
            yield from self._section(first, len(self._blocks), self._blocks[first].headings)

    def _section(self, first: int, last: int, path: tuple[str, ...]) -> Iterator[Span]:
        if self._size(first, last) <= self._small:
            yield self._span(first, last, path)
            return
        for start, end, is_one in self._groups(self._parts(first, last, len(path))):
            if is_one and end - start > 1 and self._is_child(start, len(path)):
                yield from self._section(start + 1, end, (*path, self._title(start)))
            elif is_one:
                yield from self._places(start, end, path, 1)
            else:
                yield self._span(start, end, path)

    def _places(self, first: int, last: int, path: tuple[str, ...], depth: int) -> Iterator[Span]:
        """Blocks without a sub-section, cut by their places if they are too many, `depth` parts of them looked at."""
        deepest = max(len(trail_of(block.place)) for block in self._blocks[first:last])
        if self._size(first, last) <= self._small or depth > deepest:
            yield self._span(first, last, path)
            return
        parts = self._with_heads(runs(self._blocks, first, last, depth))
        for start, end, _ in self._groups(parts):
            yield from self._places(start, end, path, depth + 1)

    def _with_heads(self, parts: Sequence[tuple[int, int]]) -> list[tuple[int, int]]:
        """The parts; but what is next to nothing, like the first line of a class, goes with the part after it."""
        joined: list[tuple[int, int]] = []
        for start, end in parts:
            if joined and self._is_head(*joined[-1]):
                start = joined.pop()[0]
            joined.append((start, end))
        return joined

    def _is_head(self, start: int, end: int) -> bool:
        tiny = self._size(start, end) <= self._small // _NEXT_TO_NOTHING
        return tiny and trail_of(self._blocks[start].place) != ()

    def _span(self, first: int, last: int, path: tuple[str, ...]) -> Span:
        return Span(first, last, (*path, *symbols_in_words(self._blocks[first:last])))

    def _parts(self, first: int, last: int, depth: int) -> list[tuple[int, int]]:
        """The section's own blocks, then each direct subsection with its heading."""
        starts = [first, *(place for place in range(first + 1, last) if self._is_child(place, depth))]
        return list(zip(starts, [*starts[1:], last], strict=True))

    def _groups(self, parts: Sequence[tuple[int, int]]) -> Iterator[tuple[int, int, bool]]:
        """Small neighbours together: first block, end, and whether it is one part alone."""
        group: list[tuple[int, int]] = []
        for part in parts:
            if group and self._size(group[0][0], part[1]) > self._small:
                yield group[0][0], group[-1][1], len(group) == 1
                group = []
            group.append(part)
        if group:
            yield group[0][0], group[-1][1], len(group) == 1

    def _is_child(self, place: int, depth: int) -> bool:
        block = self._blocks[place]
        return block.kind == "heading" and len(block.headings) <= depth

    def _title(self, place: int) -> str:
        return self._text[self._blocks[place].start : self._blocks[place].end]
