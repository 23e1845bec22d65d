"""What an answer may consist of: sentences, list items with their lead-in, whole lists, table rows with header."""

from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum
from itertools import groupby

from ragportal.answering.sentences import split_sentences
from ragportal.knowledge.parsing.document import Block
from ragportal.knowledge.parsing.tables import CELL_SEPARATOR
from ragportal.search.results import Passage

LONGEST_LISTING = 900
"""Characters of a list shown as one unit; of a longer one only the first sentence of each item is shown."""
MOST_ITEMS = 12
LONGEST_ITEM = 240
LONGEST_CODE = 400
LONGEST_LEAD_IN = 200
FEWEST_TOPICS = 3
LONGEST_TOPIC = 80
"""Characters of a paragraph's first sentence that reads like a title: "We value context."."""


class Shape(StrEnum):
    """What a unit was in its document."""

    SENTENCE = "sentence"
    ITEM = "item"
    LISTING = "listing"
    OUTLINE = "outline"
    ROW = "row"
    CODE = "code"


@dataclass(frozen=True, slots=True)
class Unit:
    """Characters [start, end) of a passage's version, and how they read on their own.

    `text` is for people; `context` is what else tells what it is about: title, headings, lead-in. `rank` is the
    passage's place in the search, `position` the unit's in its passage, `block` its block's in `passage.blocks`.
    `in_list`: an item of a list that is a unit as a whole, too.
    """

    passage: Passage
    rank: int
    position: int
    block: int
    shape: Shape
    start: int
    end: int
    text: str
    headings: tuple[str, ...]
    context: str
    opens_section: bool
    in_list: bool


@dataclass(frozen=True, slots=True)
class _Source:
    """A version's whole text, and the blocks of one passage of it (leaders that stand before it included)."""

    text: str
    blocks: tuple[Block, ...]
    language: str

    def text_of(self, block: Block) -> str:
        return self.text[block.start : block.end]

    def leader_text(self, block: Block) -> str:
        """The text of the block without which this one is not understood; "" if it stands alone."""
        return "" if block.leader is None else self.text_of(self.blocks[block.leader])

    def leads(self, position: int) -> bool:
        """Whether a list or another block needs this one to be understood."""
        return any(block.leader == position for block in self.blocks[position + 1 :])


@dataclass(frozen=True, slots=True)
class _Piece:
    """A unit before it knows its place."""

    block: int
    shape: Shape
    start: int
    end: int
    text: str
    lead_in: str = ""


def units_of(passage: Passage, text: str, rank: int) -> list[Unit]:
    """The units that lie wholly inside the passage, in the order of the text; `text`: of the whole version.

    Lists and outlines stand before their parts.
    """
    source = _Source(text, passage.blocks, passage.language)
    inside = [
        (position, block)
        for position, block in enumerate(passage.blocks)
        if block.end > passage.start and block.start < passage.end
    ]
    opening = {position + 1 for position, block in inside if block.kind == "heading"}
    pieces = [
        piece
        for piece in _pieces(inside, source)
        if passage.start <= piece.start and piece.end <= passage.end
    ]
    lists = [(piece.start, piece.end) for piece in pieces if piece.shape is Shape.LISTING]
    seen: set[int] = set()
    units: list[Unit] = []
    for place, piece in enumerate(pieces):
        block = passage.blocks[piece.block]
        opens = piece.block in opening and piece.block not in seen
        seen.add(piece.block)
        context = " ".join((passage.title, *block.headings, piece.lead_in))
        units.append(
            Unit(
                passage=passage,
                rank=rank,
                position=place,
                block=piece.block,
                shape=piece.shape,
                start=piece.start,
                end=piece.end,
                text=piece.text,
                headings=block.headings,
                context=context,
                opens_section=opens,
                in_list=piece.shape is Shape.ITEM and any(a <= piece.start and piece.end <= b for a, b in lists),
            )
        )
    return units


def _pieces(inside: list[tuple[int, Block]], source: _Source) -> Iterator[_Piece]:
    for is_list, group in groupby(inside, key=lambda entry: entry[1].kind == "list_item"):
        entries = list(group)
        yield from _listings(entries, source) if is_list else _outlines(entries, source)
        for position, block in entries:
            yield from _of_block(position, block, source)


def _of_block(position: int, block: Block, source: _Source) -> Iterator[_Piece]:
    text = source.text_of(block)
    if block.kind == "list_item":
        yield from _items(position, block, source)
    elif block.kind == "table_row":
        yield _row(position, block, source)
    elif block.kind == "code":
        if len(text) <= LONGEST_CODE:
            yield _Piece(position, Shape.CODE, block.start, block.end, text, source.leader_text(block))
    elif block.kind in {"paragraph", "quote"}:
        for start, end in split_sentences(text, source.language):
            sentence = _flat(text[start:end])
            if _is_prose(sentence) and not (sentence.endswith((":", "：")) and source.leads(position)):
                yield _Piece(position, Shape.SENTENCE, block.start + start, block.start + end, sentence)


def _items(position: int, block: Block, source: _Source) -> Iterator[_Piece]:
    """The item with its lead-in; of a long one each sentence, and the lead-in before the first."""
    lead_in = _lead_in(block, source)
    text = source.text_of(block)
    spans = split_sentences(text, source.language) if len(text) > LONGEST_ITEM else [(0, len(text))]
    for start, end in spans:
        shown = _flat(text[start:end])
        if lead_in and start == 0:
            shown = f"{lead_in} {shown}"
        yield _Piece(position, Shape.ITEM, block.start + start, block.start + end, shown, lead_in)


def _row(position: int, block: Block, source: _Source) -> _Piece:
    """ "Grade: 4, Limit: 180 EUR"; cells without a header stand alone, empty cells are left out."""
    cells = source.text_of(block).split(CELL_SEPARATOR)
    header = source.leader_text(block)
    names = header.split(CELL_SEPARATOR) if header else []
    names += [""] * (len(cells) - len(names))
    shown = [
        f"{_flat(name)}: {_flat(cell)}" if name.strip() else _flat(cell)
        for name, cell in zip(names, cells, strict=False)
        if cell.strip()
    ]
    return _Piece(position, Shape.ROW, block.start, block.end, ", ".join(shown), header)


def _listings(entries: list[tuple[int, Block]], source: _Source) -> Iterator[_Piece]:
    """Whole lists: neighbouring items of the same depth under the same leader, if they are short enough to show."""
    outermost = min(block.level for _, block in entries)
    top = [(position, block) for position, block in entries if block.level == outermost]
    for _, group in groupby(top, key=lambda entry: entry[1].leader):
        items = list(group)
        texts = [_flat(source.text_of(block)) for _, block in items]
        if sum(map(len, texts)) > LONGEST_LISTING:
            texts = [_first_sentence(text, source.language) for text in texts]
        if 2 <= len(items) <= MOST_ITEMS and sum(map(len, texts)) <= LONGEST_LISTING:
            yield _listing(items, texts, source)


def _listing(items: list[tuple[int, Block]], texts: list[str], source: _Source) -> _Piece:
    position, first = items[0]
    lines = [f"{_bullet(block.marker)} {text}" for (_, block), text in zip(items, texts, strict=True)]
    lead_in = _lead_in(first, source)
    text = "\n".join([lead_in, *lines] if lead_in else lines)
    return _Piece(position, Shape.LISTING, first.start, items[-1][1].end, text, lead_in)


def _is_prose(text: str) -> bool:
    """False for a bare address, a template marker or a lone word of a spaced script."""
    return any(letter.isalnum() for letter in text) and (" " in text or not text.isascii())


def _bullet(marker: str) -> str:
    """Numbers and letters are kept, as a text may refer to them; every other marker is a dash."""
    return marker if marker.rstrip(".)").isalnum() else "-"


def _outlines(entries: list[tuple[int, Block]], source: _Source) -> Iterator[_Piece]:
    """Sections whose paragraphs each open with a short sentence: these sentences as a list, under the heading."""
    for (kind, headings), group in groupby(entries, key=lambda entry: (entry[1].kind, entry[1].headings)):
        paragraphs = list(group)
        if kind != "paragraph" or not headings or not FEWEST_TOPICS <= len(paragraphs) <= MOST_ITEMS:
            continue
        topics = [_first_sentence(source.text_of(block), source.language) for _, block in paragraphs]
        if max(map(len, topics)) <= LONGEST_TOPIC:
            position, first = paragraphs[0]
            lines = (f"- {_flat(topic)}" for topic in topics)
            end = paragraphs[-1][1].start + len(topics[-1])
            yield _Piece(position, Shape.OUTLINE, first.start, end, "\n".join((headings[-1], *lines)))


def _first_sentence(text: str, language: str) -> str:
    start, end = split_sentences(text, language)[0]
    return text[start:end]


def _lead_in(block: Block, source: _Source) -> str:
    """The last sentence of what leads in: "Before your first day:"."""
    text = source.leader_text(block)
    spans = split_sentences(text)
    last = _flat(text[slice(*spans[-1])]) if spans else ""
    return last if len(last) <= LONGEST_LEAD_IN else ""


def _flat(text: str) -> str:
    return " ".join(text.split())
