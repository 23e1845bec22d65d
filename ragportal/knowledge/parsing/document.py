"""What a parser gives: the reader's text, and blocks that say what each part of it is."""

import datetime
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any, Literal, get_args

from connectors.base import DocumentStatus
from ragportal.common.errors import InvalidInput

BlockKind = Literal["heading", "paragraph", "list_item", "table_header", "table_row", "code", "quote"]

PlaceKind = Literal["page", "slide", "row", "lines", "symbol", "section"]

_KINDS: tuple[BlockKind, ...] = get_args(BlockKind)
_PLACE_KINDS: tuple[PlaceKind, ...] = get_args(PlaceKind)


class ParsingFailed(InvalidInput):
    """A document has no text that we can read; the message says why, in one sentence, quoting nothing of it."""


@dataclass(frozen=True, slots=True)
class Place:
    """Where in the original a reader finds something that its headings do not tell.

    Page "3", slide "12", row "7" (of the sheet that is the heading), lines "10-34", symbol "Ledger.close" of source
    code, section "4.2" of a contract.
    """

    kind: PlaceKind
    label: str

    def __str__(self) -> str:
        return self.label if self.kind == "symbol" else f"{self.kind} {self.label}"


@dataclass(frozen=True, slots=True)
class Block:
    """The part `text[start:end]` of a document; never empty. Blocks are ascending and do not overlap.

    `level`: 1-6 of a heading, 1 and up of a list item (how deep), else 0. `headings`: titles of the sections it
    stands in, outermost first; a heading's own title is not among them. `leader`: position of the block without
    which this one is not understood: of a list item the paragraph right before the list or, nested, the parent
    item; of a further paragraph in an item that item; of a table row the header row; else None. It comes earlier.
    `marker`: of a list item, what stands before it on paper ("-", "3."); it is not part of the text. `place`: where
    it begins in the original; None where the format has no places.
    """

    kind: BlockKind
    start: int
    end: int
    level: int = 0
    headings: tuple[str, ...] = ()
    leader: int | None = None
    marker: str = ""
    place: Place | None = None


@dataclass(frozen=True, slots=True)
class Attachment:
    """A file that came within a document. `name` and `media_type`: as stated there, "" = not stated."""

    name: str
    media_type: str
    body: bytes = field(repr=False)


@dataclass(frozen=True, slots=True)
class ParsedDocument:
    """`text`: plain, Unicode NFC, blocks separated by line breaks, no markup. `title`: "" = the content has none.

    `language`: ISO 639-1, or "" where unsure. `status` and `date`: as the content itself states them, else None.
    `notes`: sentences about what a reader of the original sees and the text lacks, such as scanned pages.
    `attachments`: documents of their own, which whoever may read this one may read, and nobody else.
    """

    title: str
    text: str
    blocks: tuple[Block, ...]
    language: str = ""
    status: DocumentStatus | None = None
    date: datetime.date | None = None
    notes: tuple[str, ...] = ()
    attachments: tuple[Attachment, ...] = ()


def place_of(blocks: Iterable[Block], start: int, end: int) -> str:
    """Where characters [start, end) stand in the original: "page 3", "rows 4-9"; "" where no block of them tells."""
    told = [block for block in blocks if block.place and block.end > start and block.start < end]
    if not told or told[0].place is None:
        return ""
    first = told[0].place
    # Rows are counted on each sheet anew, and what is one function says so best by its name.
    same = [one.place for one in told if one.place and (first.kind != "row" or one.headings == told[0].headings)]
    last = same[-1]
    if last.kind != first.kind or last == first or first.kind == "symbol":
        return str(first)
    if first.kind == "lines":
        return f"lines {first.label.partition('-')[0]}-{last.label.rpartition('-')[2]}"
    return f"{first.kind}s {first.label}-{last.label}"


def blocks_to_json(blocks: Iterable[Block]) -> list[list[Any]]:
    """Blocks as short lists for a JSON column; headings are left out, as the text has them."""
    return [
        [
            _KINDS.index(block.kind), block.start, block.end - block.start, block.level, block.leader, block.marker,
            *([_PLACE_KINDS.index(block.place.kind), block.place.label] if block.place else []),
        ]
        for block in blocks
    ]  # fmt: skip


def blocks_from_json(stored: Sequence[Sequence[Any]], text: str) -> tuple[Block, ...]:
    """What `blocks_to_json` was given, for the same text."""
    path = HeadingPath()
    blocks = []
    for kind, start, length, level, leader, marker, *place in stored:
        name, end = _KINDS[kind], start + length
        headings = path.enter(text[start:end], level) if name == "heading" else path.titles
        where = Place(_PLACE_KINDS[place[0]], place[1]) if place else None
        blocks.append(Block(name, start, end, level, headings, leader, marker, where))
    return tuple(blocks)


class HeadingPath:
    """The sections that enclose the place one has come to."""

    def __init__(self) -> None:
        self._open: list[tuple[int, str]] = []

    @property
    def titles(self) -> tuple[str, ...]:
        return tuple(title for _, title in self._open)

    def enter(self, title: str, level: int) -> tuple[str, ...]:
        """A heading was passed. Returns the titles above it."""
        while self._open and self._open[-1][0] >= level:
            self._open.pop()
        above = self.titles
        self._open.append((level, title))
        return above
