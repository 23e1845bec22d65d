"""What an answer may consist of: sentences, list items with their lead-in, table rows with header, whole lists."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import groupby
from textwrap import dedent

from ragportal.answering.listings import lead_ins, outline, sections, topics, whole_lists, whole_tables
from ragportal.answering.sentences import split_sentences
from ragportal.answering.source_text import Piece, Shape, SourceText, flat
from ragportal.knowledge.chunking.places import symbols_in_words
from ragportal.knowledge.parsing.document import Block
from ragportal.search.passages import blocks_within
from ragportal.search.results import Passage

LONGEST_ITEM = 240
LONGEST_CODE = 400
BEYOND = -1
"""The position of a unit that was not found in its passage."""


@dataclass(frozen=True, slots=True)
class Unit:
    """Characters [start, end) of a passage's version, and how they read on their own.

    `text` is for people; `context` is what else tells what it is about: title, headings, lead-in. `rank` is the
    passage's place in the search, `position` the unit's in its passage, `block` its block's in `passage.blocks`.
    `in_list`: an item or row of a list that is a unit as a whole, too.
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
class WholeVersion:
    """All of a version that a passage was cut from. `chunks`: start, end and id of each, in order."""

    text: str
    blocks: tuple[Block, ...] = ()
    chunks: tuple[tuple[int, int, int], ...] = ()


def units_of(passage: Passage, text: str, rank: int) -> list[Unit]:
    """The units that lie wholly inside the passage, in the order of the text; `text`: of the whole version.

    Lists stand before their parts.
    """
    source = SourceText(text, passage.blocks, passage.language)
    inside = [
        (position, block)
        for position, block in enumerate(passage.blocks)
        if block.end > passage.start and block.start < passage.end
    ]
    opening = {position + 1 for position, block in inside if block.kind == "heading"}
    pieces = [piece for piece in _pieces(inside, source) if passage.start <= piece.start and piece.end <= passage.end]
    lists = [(piece.start, piece.end) for piece in pieces if piece.shape is Shape.LISTING]
    seen: set[int] = set()
    units: list[Unit] = []
    for place, piece in enumerate(pieces):
        opens = piece.block in opening and piece.block not in seen
        seen.add(piece.block)
        parts = piece.shape in {Shape.ITEM, Shape.ROW}
        units.append(
            replace(
                _unit(piece, passage, passage.blocks[piece.block].headings, rank, place),
                opens_section=opens,
                in_list=parts and any(start <= piece.start and piece.end <= end for start, end in lists),
            )
        )
    return units


def lists_beyond(passage: Passage, whole: WholeVersion, rank: int) -> list[Unit]:
    """What the sections of a passage's version list, wherever they stand in it: sub-headings, topics, lead-ins.

    Each has a passage of its own that spans the section: all of a version is under one access rule.
    """
    source = SourceText(whole.text, whole.blocks, passage.language)
    found = [
        (piece, (*section.headings, section.title) if section.title else ())
        for section in sections(whole.blocks, whole.text)
        if (piece := outline(section, passage.title, source)) is not None
    ]
    entries = list(enumerate(whole.blocks))
    found += [
        (piece, whole.blocks[piece.block].headings) for piece in (*topics(entries, source), *lead_ins(entries, source))
    ]
    return [
        replace(
            _unit(replace(piece, block=0), _spanning(passage, whole, piece.start, piece.end), path, rank, BEYOND),
            opens_section=True,
        )
        for piece, path in found
    ]


def _spanning(passage: Passage, whole: WholeVersion, start: int, end: int) -> Passage:
    """The passage of the same version that consists of the chunks that overlap [start, end)."""
    chunks = [chunk for chunk in whole.chunks if chunk[0] < end and chunk[1] > start]
    first = min((chunk[0] for chunk in chunks), default=start)
    last = max((chunk[1] for chunk in chunks), default=end)
    first, last = min(first, start), max(last, end)
    return replace(
        passage,
        chunk_ids=tuple(chunk[2] for chunk in chunks),
        start=first,
        end=last,
        text=whole.text[first:last],
        blocks=blocks_within(whole.blocks, start, end),
    )


def _unit(piece: Piece, passage: Passage, headings: tuple[str, ...], rank: int, position: int) -> Unit:
    return Unit(
        passage=passage,
        rank=rank,
        position=position,
        block=piece.block,
        shape=piece.shape,
        start=piece.start,
        end=piece.end,
        text=piece.text,
        headings=headings,
        context=" ".join((passage.title, *headings, *symbols_in_words([passage.blocks[piece.block]]), piece.lead_in)),
        opens_section=False,
        in_list=False,
    )


def _pieces(inside: Sequence[tuple[int, Block]], source: SourceText) -> Iterator[Piece]:
    for kind, group in groupby(inside, key=_family):
        entries = list(group)
        if kind == "list_item":
            yield from whole_lists(entries, source)
        elif kind == "table_row":
            yield from whole_tables(entries, source)
        for position, block in entries:
            yield from _of_block(position, block, source)


def _family(entry: tuple[int, Block]) -> str:
    """What is looked at together: lists, tables, and the rest."""
    return entry[1].kind if entry[1].kind in {"list_item", "table_row"} else ""


def _of_block(position: int, block: Block, source: SourceText) -> Iterator[Piece]:
    text = source.text_of(block)
    if block.kind == "list_item":
        yield from _items(position, block, source)
    elif block.kind == "table_row":
        header = source.leader_text(block)
        yield Piece(position, Shape.ROW, block.start, block.end, source.row_text(block), header)
    elif block.kind == "code":
        if len(text) <= LONGEST_CODE:
            yield Piece(position, Shape.CODE, block.start, block.end, dedent(text), source.leader_text(block))
    elif block.kind in {"paragraph", "quote"}:
        for start, end in split_sentences(text, source.language):
            sentence = flat(text[start:end])
            if _is_prose(sentence) and not (sentence.endswith((":", "：")) and source.leads(position)):
                yield Piece(position, Shape.SENTENCE, block.start + start, block.start + end, sentence)


def _items(position: int, block: Block, source: SourceText) -> Iterator[Piece]:
    """The item with its lead-in; of a long one each sentence, and the lead-in before the first."""
    lead_in = source.lead_in(block)
    text = source.text_of(block)
    spans = split_sentences(text, source.language) if len(text) > LONGEST_ITEM else [(0, len(text))]
    for start, end in spans:
        shown = flat(text[start:end])
        if lead_in and start == 0:
            shown = f"{lead_in} {shown}"
        yield Piece(position, Shape.ITEM, block.start + start, block.start + end, shown, lead_in)


def _is_prose(text: str) -> bool:
    """False for a bare address, a template marker or a lone word of a spaced script."""
    return any(letter.isalnum() for letter in text) and (" " in text or not text.isascii())
