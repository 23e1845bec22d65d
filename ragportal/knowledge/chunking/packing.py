"""Cutting a section that is too long: between blocks, else between sentences, else between words."""

import re
from bisect import bisect_right
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from semantic_text_splitter import TextSplitter

from integrations.embeddings.base import Embedder
from ragportal.knowledge.chunking.rows import cells_of, cut_row
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
    """What is not cut any further. `lead`: it stands alone, and this must be said before it."""

    start: int
    end: int
    block: int
    lead: str | None = None


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

        A table row is cut only if it exceeds the room together with its header; then each part has the names of its
        own columns. Each range begins with up to `overlap` tokens of the end of the one before.
        """
        open_range: Range | None = None
        for piece in self._pieces(first, last, room):
            if piece.lead is not None:
                if open_range is not None:
                    yield open_range
                yield Range(piece.start, piece.end, piece.lead)
                open_range = None
            elif open_range is None:
                open_range = self._begin(piece, piece.start, room)
            elif self._size(open_range, piece.end) <= room:
                open_range = Range(open_range.start, piece.end, open_range.lead)
            else:
                yield open_range
                open_range = self._begin(piece, self._overlap_start(open_range, piece, room), room)
        if open_range is not None:
            yield open_range

    def _size(self, begun: Range, end: int) -> int:
        lead = self._tokens(begun.lead) if begun.lead else 0
        return lead + self._counter.count(begun.start, end)

    def _pieces(self, first: int, last: int, room: int) -> Iterator[_Piece]:
        for place in range(first, last):
            block = self._blocks[place]
            most = room if block.leader is None else room - max(room // _LEAD_SHARE, self._header(block))
            if self._counter.count(block.start, block.end) <= most:
                yield _Piece(block.start, block.end, place)
            elif block.kind == "table_row" and block.leader is not None:
                yield from self._cut_row(place, room)
            else:
                yield from self._cut(place, max(most - self._overlap, most // 2, 1))

    def _header(self, block: Block) -> int:
        """Tokens of a row's header, without which it tells nothing, however much room that takes."""
        if block.kind != "table_row" or block.leader is None:
            return 0
        leader = self._blocks[block.leader]
        return self._counter.count(leader.start, leader.end)

    def _cut_row(self, place: int, room: int) -> Iterator[_Piece]:
        """Groups of neighbouring columns."""
        block = self._blocks[place]
        leader = self._blocks[block.leader or 0]
        header = cells_of(self._text, leader.start, leader.end)
        row = cells_of(self._text, block.start, block.end)
        for start, end, lead in cut_row(self._text, header, row, lambda text: self._tokens(text) <= room):
            if self._tokens(f"{lead}\n{self._text[start:end]}") <= room:
                yield _Piece(start, end, place, lead)
            else:
                said = lead if self._tokens(lead) <= room // _LEAD_SHARE else ""
                for part in self._split(start, end, room - room // _LEAD_SHARE):
                    yield _Piece(*part, place, said)

    def _tokens(self, text: str) -> int:
        return len(self._embedder.token_offsets(text))

    def _cut(self, place: int, most: int) -> Iterator[_Piece]:
        block = self._blocks[place]
        for start, end in self._split(block.start, block.end, most):
            yield _Piece(start, end, place)

    def _split(self, start: int, end: int, most: int) -> Iterator[tuple[int, int]]:
        splitter = TextSplitter.from_callback(self._tokens, most)
        for offset, part in splitter.chunk_indices(self._text[start:end]):
            yield start + offset, start + offset + len(part)

    def _begin(self, piece: _Piece, start: int, room: int) -> Range:
        """A range that holds this piece. Its lead is what its first block needs and does not have in the range."""
        block = bisect_right(self._block_starts, start) - 1
        begun = Range(start, piece.end, self._lead(block, start))
        most = room // _LEAD_SHARE
        if begun.lead and self._header(self._blocks[block]):
            if self._size(begun, piece.end) <= room:
                return begun
            # A header is worth more than what two ranges share.
            return self._begin(piece, piece.start, room) if start < piece.start else Range(start, piece.end)
        fits = self._counter.count(start, piece.end) + most <= room or self._size(begun, piece.end) <= room
        if begun.lead and self._tokens(begun.lead) <= most and fits:
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
