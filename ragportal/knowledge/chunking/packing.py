"""Cutting a section that is too long: between blocks, else between sentences, else between words."""

import re
from bisect import bisect_right
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from semantic_text_splitter import TextSplitter

from integrations.embeddings.base import Embedder
from ragportal.knowledge.chunking.tokens import TokenCounter
from ragportal.knowledge.parsing.document import Block, ParsedDocument

_BOUNDARY = re.compile(r"(?<=[.!?\u2026\u3002\uff01\uff1f])[\"'\u201d\u2019)\]]*\s+|\n+")
_UNCUT_KINDS = frozenset({"table_header", "table_row"})
_LEAD_SHARE = 4


@dataclass(frozen=True, slots=True)
class Range:
    """Characters [start, end) of the text, and `lead`: what must be said before them (header row, lead-in)."""

    start: int
    end: int
    lead: str = ""


@dataclass(frozen=True, slots=True)
class _Piece:
    start: int
    end: int
    block: int


class Packer:
    """Packs the blocks of one document into ranges."""

    def __init__(self, parsed: ParsedDocument, counter: TokenCounter, embedder: Embedder, overlap: int) -> None:
        self._text = parsed.text
        self._blocks: Sequence[Block] = parsed.blocks
        self._counter = counter
        self._embedder = embedder
        self._overlap = overlap
        self._block_starts = [block.start for block in parsed.blocks]

    def ranges(self, first: int, last: int, room: int) -> Iterator[Range]:
        """Ranges of at most `room` tokens, lead included, that cover blocks [first, last) in order.

        A table row is cut only if it alone exceeds the room. Each range begins with up to `overlap` tokens of the
        end of the one before.
        """
        open_range: Range | None = None
        for piece in self._pieces(first, last, room):
            if open_range is None:
                open_range = self._begin(piece, piece.start, room)
            elif self._size(open_range, piece.end) <= room:
                open_range = Range(open_range.start, piece.end, open_range.lead)
            else:
                yield open_range
                open_range = self._begin(piece, self._overlap_start(open_range, piece, room), room)
        if open_range is not None:
            yield open_range

    def _size(self, begun: Range, end: int) -> int:
        lead = len(self._embedder.token_offsets(begun.lead)) if begun.lead else 0
        return lead + self._counter.count(begun.start, end)

    def _pieces(self, first: int, last: int, room: int) -> Iterator[_Piece]:
        for place in range(first, last):
            block = self._blocks[place]
            most = room if block.leader is None else room - room // _LEAD_SHARE
            if self._counter.count(block.start, block.end) <= most:
                yield _Piece(block.start, block.end, place)
            else:
                yield from self._cut(place, max(most - self._overlap, most // 2, 1))

    def _cut(self, place: int, most: int) -> Iterator[_Piece]:
        block = self._blocks[place]
        splitter = TextSplitter.from_callback(lambda part: len(self._embedder.token_offsets(part)), most)
        for offset, part in splitter.chunk_indices(self._text[block.start : block.end]):
            yield _Piece(block.start + offset, block.start + offset + len(part), place)

    def _begin(self, piece: _Piece, start: int, room: int) -> Range:
        """A range that holds this piece. Its lead is what its first block needs and does not have in the range."""
        block = bisect_right(self._block_starts, start) - 1
        begun = Range(start, piece.end, self._lead(block, start))
        most = room // _LEAD_SHARE
        fits = self._counter.count(start, piece.end) + most <= room or self._size(begun, piece.end) <= room
        if begun.lead and len(self._embedder.token_offsets(begun.lead)) <= most and fits:
            return begun
        return Range(start, piece.end)

    def _lead(self, place: int, start: int) -> str:
        lines: list[str] = []
        leader = self._blocks[place].leader
        while leader is not None and self._blocks[leader].start < start:
            lines.append(self._text[self._blocks[leader].start : self._blocks[leader].end])
            leader = self._blocks[leader].leader
        return "\n".join(reversed(lines))

    def _overlap_start(self, before: Range, piece: _Piece, room: int) -> int:
        """Where the next range begins: in the range before, at a sentence, line or word; or at the piece itself."""
        allowed = min(self._overlap, room - self._counter.count(piece.start, piece.end))
        if allowed <= 0:
            return piece.start
        earliest = max(self._counter.back(before.end, allowed), before.start + 1)
        for boundary in _BOUNDARY.finditer(self._text, earliest, before.end):
            if self._may_begin(boundary.end()):
                return boundary.end()
        space = self._text.find(" ", earliest, before.end) + 1
        return space if space and self._may_begin(space) else piece.start

    def _may_begin(self, position: int) -> bool:
        """Whether a range may begin here: not amid a table row."""
        block = self._blocks[bisect_right(self._block_starts, position) - 1]
        return block.kind not in _UNCUT_KINDS or position == block.start or position >= block.end
