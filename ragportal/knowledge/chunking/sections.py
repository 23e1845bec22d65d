"""Which blocks of a document belong together: a section, or small neighbouring sections of one parent."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

from ragportal.knowledge.parsing.document import Block


@dataclass(frozen=True, slots=True)
class Span:
    """Blocks [first, last), all under the headings of `path`; headings among them are part of the text."""

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
            yield Span(first, last, path)
            return
        for group in self._groups(self._parts(first, last, len(path))):
            start, end = group[0][0], group[-1][1]
            alone = len(group) == 1 and end - start > 1 and self._is_child(start, len(path))
            if alone:
                yield from self._section(start + 1, end, (*path, self._title(start)))
            else:
                yield Span(start, end, path)

    def _parts(self, first: int, last: int, depth: int) -> list[tuple[int, int]]:
        """The section's own blocks, then each direct subsection with its heading."""
        starts = [first, *(place for place in range(first + 1, last) if self._is_child(place, depth))]
        return list(zip(starts, [*starts[1:], last], strict=True))

    def _groups(self, parts: Sequence[tuple[int, int]]) -> Iterator[list[tuple[int, int]]]:
        group: list[tuple[int, int]] = []
        for part in parts:
            if group and self._size(group[0][0], part[1]) > self._small:
                yield group
                group = []
            group.append(part)
        if group:
            yield group

    def _is_child(self, place: int, depth: int) -> bool:
        block = self._blocks[place]
        return block.kind == "heading" and len(block.headings) <= depth

    def _title(self, place: int) -> str:
        return self._text[self._blocks[place].start : self._blocks[place].end]
