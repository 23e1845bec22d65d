"""What a text lists: whole lists, whole tables, paragraphs that open like titles, and the sub-headings of a section."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby
from statistics import median
from textwrap import shorten

from ragportal.answering.sentences import split_sentences
from ragportal.answering.source_text import QUESTION_MARKS, Piece, Shape, SourceText, flat
from ragportal.knowledge.parsing.document import Block
from ragportal.knowledge.parsing.tables import CELL_SEPARATOR

LONGEST_LISTING = 900
"""Characters of a list shown as one unit; of a longer one only the first sentence of each item is shown."""
FEWEST_ITEMS = 2
MOST_ITEMS = 12
FEWEST_COLUMNS = 2
FEWEST_TOPICS = 3
LONGEST_TOPIC = 80
"""Characters of a paragraph's first sentence that reads like a title: "We value context."."""
CUT_TOPIC = 120
"""Characters shown of a longer one between such."""


@dataclass(frozen=True, slots=True)
class Section:
    """The blocks [first, last) of a text under one heading; `title` is "" where they are the whole text."""

    title: str
    headings: tuple[str, ...]
    first: int
    last: int


def whole_lists(entries: list[tuple[int, Block]], source: SourceText) -> Iterator[Piece]:
    """Neighbouring items of the same depth under the same leader, if they are short enough to show."""
    outermost = min(block.level for _, block in entries)
    top = [(position, block) for position, block in entries if block.level == outermost]
    for _, group in groupby(top, key=lambda entry: entry[1].leader):
        items = list(group)
        lead_in = source.lead_in(items[0][1])
        markers = [_bullet(block.marker) for _, block in items]
        yield from _listing(items, markers, [flat(source.text_of(block)) for _, block in items], lead_in, source)


def whole_tables(entries: list[tuple[int, Block]], source: SourceText) -> Iterator[Piece]:
    """The rows of a short table, each with its header."""
    for _, group in groupby(entries, key=lambda entry: entry[1].leader):
        rows = list(group)
        if len(list(filter(str.strip, source.leader_text(rows[0][1]).split(CELL_SEPARATOR)))) < FEWEST_COLUMNS:
            continue  # without names, cells tell little
        lead_in = rows[0][1].headings[-1] if rows[0][1].headings else ""
        texts = [source.row_text(block) for _, block in rows]
        if sum(map(len, texts)) <= LONGEST_LISTING:
            yield from _listing(rows, ["-"] * len(rows), texts, lead_in, source)


def topics(entries: list[tuple[int, Block]], source: SourceText) -> Iterator[Piece]:
    """Sections whose paragraphs each open with a short sentence: these sentences as a list, under the heading."""
    for (kind, headings), group in groupby(entries, key=lambda entry: (entry[1].kind, entry[1].headings)):
        paragraphs = list(group)
        if kind == "paragraph" and headings:
            openings = [_first_sentence(source.text_of(block), source.language) for _, block in paragraphs]
            yield from _under_heading(paragraphs, openings, headings[-1])


def lead_ins(entries: list[tuple[int, Block]], source: SourceText) -> Iterator[Piece]:
    """Sections that are several lists: what leads in to each, as a list under the heading."""
    for headings, group in groupby(entries, key=lambda entry: entry[1].headings):
        leading = [
            (position, block) for position, block in group if block.kind == "paragraph" and source.leads(position)
        ]
        if headings:
            yield from _under_heading(leading, [source.text_of(block) for _, block in leading], headings[-1])


def _under_heading(entries: list[tuple[int, Block]], lines: list[str], heading: str) -> Iterator[Piece]:
    if FEWEST_TOPICS <= len(lines) <= MOST_ITEMS and median(map(len, lines)) <= LONGEST_TOPIC:
        position, first = entries[0]
        end = entries[-1][1].start + len(lines[-1])
        shown = "\n".join((heading, *(f"- {shorten(line, CUT_TOPIC, placeholder=' …')}" for line in lines)))
        yield Piece(position, Shape.OUTLINE, first.start, end, shown)


def sections(blocks: Sequence[Block], text: str) -> Iterator[Section]:
    """The sections that have at least two direct sub-sections, and the whole text if it has two."""
    yield Section("", (), 0, len(blocks))
    for position, block in enumerate(blocks):
        if block.kind == "heading":
            last = next(
                (
                    place
                    for place in range(position + 1, len(blocks))
                    if blocks[place].kind == "heading" and blocks[place].level <= block.level
                ),
                len(blocks),
            )
            yield Section(flat(text[block.start : block.end]), block.headings, position + 1, last)


def outline(section: Section, title: str, source: SourceText) -> Piece | None:
    """The sub-headings of a section as a list, each with the first sentence below it if there is room.

    `title` stands in for a section without one. None where there are too few or too many.
    """
    inside = [place for place in range(section.first, section.last) if source.blocks[place].kind == "heading"]
    highest = min((source.blocks[place].level for place in inside), default=0)
    heads = [place for place in inside if source.blocks[place].level == highest]
    if not FEWEST_ITEMS <= len(heads) <= MOST_ITEMS:
        return None
    below = [_below(place, section.last, source) for place in heads]
    names = [flat(source.text_of(source.blocks[place])) for place in heads]
    full = [
        f"{name}: {flat(source.text[start:end])}" if end > start else name
        for name, (start, end) in zip(names, below, strict=True)
    ]
    roomy = sum(map(len, full)) <= LONGEST_LISTING
    shown = "\n".join((section.title or title, *(f"- {line}" for line in (full if roomy else names))))
    end = below[-1][1] if roomy else source.blocks[heads[-1]].end
    return Piece(heads[0], Shape.CONTENTS, source.blocks[heads[0]].start, end, shown)


def _below(place: int, last: int, source: SourceText) -> tuple[int, int]:
    """Start and end of the first sentence below a heading that is no question; empty, at its end, without one."""
    for block in source.blocks[place + 1 : last]:
        if block.kind == "heading":
            break
        text = source.text_of(block)
        if block.kind == "paragraph":
            for start, end in split_sentences(text, source.language):
                if not text[start:end].endswith(QUESTION_MARKS):
                    return block.start + start, block.start + end
    return source.blocks[place].end, source.blocks[place].end


def _listing(
    entries: list[tuple[int, Block]], markers: list[str], texts: list[str], lead_in: str, source: SourceText
) -> Iterator[Piece]:
    if sum(map(len, texts)) > LONGEST_LISTING:
        texts = [_first_sentence(text, source.language) for text in texts]
    if FEWEST_ITEMS <= len(texts) <= MOST_ITEMS and sum(map(len, texts)) <= LONGEST_LISTING:
        lines = [f"{marker} {text}" for marker, text in zip(markers, texts, strict=True)]
        shown = "\n".join([lead_in, *lines] if lead_in else lines)
        position, first = entries[0]
        yield Piece(position, Shape.LISTING, first.start, entries[-1][1].end, shown, lead_in)


def _bullet(marker: str) -> str:
    """Numbers and letters are kept, as a text may refer to them; every other marker is a dash."""
    return marker if marker.strip("(.)").isalnum() else "-"


def _first_sentence(text: str, language: str) -> str:
    start, end = split_sentences(text, language)[0]
    return text[start:end]
