"""Numbered sections of a text as headings and places, so that a citation can say "section 4.2"."""

import dataclasses
from collections.abc import Sequence
from dataclasses import dataclass

from ragportal.knowledge.parsing.building import TextBuilder, one_line
from ragportal.knowledge.parsing.document import Block, BlockKind, ParsedDocument, Place
from ragportal.knowledge.parsing.lists import ListWriter
from ragportal.knowledge.parsing.section_numbers import Opening, opening_of, sections_of

_LONGEST_TITLE = 100
_DEEPEST = 6
_PROSE: frozenset[BlockKind] = frozenset({"heading", "paragraph", "list_item", "quote"})


@dataclass(slots=True)
class _Line:
    """A line of a block. `label`: of the section that it opens; "" = it ends the sections, None = it does neither.

    `is_title`: it merely names its section.
    """

    block: int
    kind: BlockKind
    text: str
    opening: Opening | None
    label: str | None = None
    is_title: bool = False

    def is_letter(self) -> bool:
        """Whether it opens a lettered part of a section."""
        return bool(self.label) and self.opening is not None and self.opening.kind == "letter"

    def named(self) -> Opening | None:
        """The opening of a section that may have a title."""
        return self.opening if self.label and not self.is_letter() else None


def with_sections(parsed: ParsedDocument) -> ParsedDocument:
    """The document with its numbered sections as places, and their titles as headings; itself if it has none.

    A block that has a place already, such as a page, keeps it.
    """
    lines = [line for number, block in enumerate(parsed.blocks) for line in _lines(parsed.text, number, block)]
    for line, label in zip(lines, sections_of([line.opening for line in lines]), strict=True):
        line.label = label
    if not any(line.label for line in lines):
        return parsed
    _mark_titles(lines)
    builder = _Rebuilder(parsed).build(lines)
    return dataclasses.replace(parsed, text=builder.text, blocks=tuple(builder.blocks))


def _lines(text: str, number: int, block: Block) -> list[_Line]:
    own = text[block.start : block.end]
    if block.kind not in _PROSE:
        return [_Line(number, block.kind, own, None)]
    if block.kind == "list_item":
        marked = own if block.marker in ("", "-") else f"{block.marker} {own}"
        return [_Line(number, block.kind, marked, opening_of(one_line(marked)))]
    return [_Line(number, block.kind, line, opening_of(line)) for line in own.split("\n")]


def _mark_titles(lines: Sequence[_Line]) -> None:
    """A line is a title if all its neighbours could be, as else the next one would stand below it."""
    neighbours: dict[tuple[int, ...], list[int]] = {}
    for place, line in enumerate(lines):
        if opening := line.named():
            neighbours.setdefault(opening.number[:-1], []).append(place)
    for places in neighbours.values():
        titled = all(_may_be_title(lines[place]) for place in places) and any(_leads(lines, place) for place in places)
        for place in places:
            lines[place].is_title = titled or lines[place].kind == "heading"


def _may_be_title(line: _Line) -> bool:
    rest = line.opening.rest if line.opening else ""
    return line.kind != "quote" and (line.kind == "heading" or not rest or _reads_as_title(rest))


def _leads(lines: Sequence[_Line], place: int) -> bool:
    """Whether what follows is within this section: text, a letter, a deeper number; not its neighbour."""
    own, following = lines[place].opening, lines[place + 1] if place + 1 < len(lines) else None
    if own is None or following is None:
        return False
    if following.label is None:
        return not following.text[:1].islower()
    inner = following.opening
    return inner is not None and (inner.kind == "letter" or len(inner.number) > len(own.number))


class _Rebuilder:
    """Writes the blocks anew: one that holds several sections becomes several, a title a heading."""

    def __init__(self, parsed: ParsedDocument) -> None:
        self._parsed = parsed
        self._builder = TextBuilder()
        self._letters = ListWriter(self._builder)
        self._new: dict[int, int | None] = {}  # from a block to the last one that was made of it
        self._section: Place | None = None
        self._levels: list[tuple[int, int]] = []  # how deep the sections are that are open, and their headings' levels
        self._outside = 0

    def build(self, lines: Sequence[_Line]) -> TextBuilder:
        """All lines, in order."""
        place = 0
        while place < len(lines):
            end = place + 1
            while end < len(lines) and lines[end].block == lines[place].block and lines[end].label is None:
                end += 1
            self._add(lines[place:end])
            place = end
        return self._builder

    def _add(self, lines: Sequence[_Line]) -> None:
        first, block = lines[0], self._parsed.blocks[lines[0].block]
        if first.label is not None:
            self._section = Place("section", first.label) if first.label else None
        if first.label == "" or (first.label is None and self._is_outside(block)):
            self._leave(block)
        self._builder.place = block.place or self._section
        if not first.is_title and first.label != "":
            self._write(block, lines)
            return
        text, used = _title(lines)
        self._heading(first, text, block)
        if lines[used:]:
            self._write(block, lines[used:])

    def _is_outside(self, block: Block) -> bool:
        """Whether it is a heading that stands above the sections rather than within one."""
        return block.kind == "heading" and (not self._levels or block.level <= self._levels[-1][1])

    def _leave(self, block: Block) -> None:
        """A heading without a number, or an annex: what comes is not part of a section."""
        self._levels.clear()
        if block.kind == "heading":
            self._section, self._outside = None, block.level

    def _heading(self, line: _Line, text: str, block: Block) -> None:
        self._letters.leave()
        depth = len(line.opening.number) if line.opening else 1
        while self._levels and self._levels[-1][0] >= depth:
            self._levels.pop()
        above = self._levels[-1][1] if self._levels else self._outside
        level = block.level if block.kind == "heading" else min(above + 1, _DEEPEST)
        self._levels.append((depth, level))
        self._new[line.block] = self._builder.add("heading", one_line(text), level=level)

    def _write(self, block: Block, lines: Sequence[_Line]) -> None:
        if block.kind == "paragraph" and lines[0].is_letter():
            self._letter(lines)
            return
        self._letters.leave()
        text = "\n".join(line.text for line in lines)
        leader = None if block.leader is None else self._new.get(block.leader)
        kind, marker, level = block.kind, block.marker, block.level
        if kind == "list_item" and lines[0].named():
            kind, marker, level, leader = "paragraph", "", 0, None
        elif kind == "list_item":
            text = self._parsed.text[block.start : block.end]
        self._new[lines[0].block] = self._builder.add(kind, text, level=level, leader=leader, marker=marker)

    def _letter(self, lines: Sequence[_Line]) -> None:
        """Lettered paragraphs are a list: what stands above them leads to each."""
        marker, _, rest = lines[0].text.partition(" ")
        depth = (lines[0].label or "").count("(")
        self._letters.add("\n".join((rest, *(line.text for line in lines[1:]))), depth, marker)
        self._new[lines[0].block] = len(self._builder.blocks) - 1


def _title(lines: Sequence[_Line]) -> tuple[str, int]:
    """The title that these lines begin with, and how many of them it takes."""
    first = lines[0]
    if first.kind == "heading":
        return "\n".join(line.text for line in lines), len(lines)
    says_nothing = first.opening is not None and not first.opening.rest
    if says_nothing and len(lines) > 1 and _reads_as_title(lines[1].text):
        return f"{first.text} {lines[1].text}", 2
    return first.text, 1


def _reads_as_title(text: str) -> bool:
    return 0 < len(text) <= _LONGEST_TITLE and text.rstrip()[-1] not in ".;,:" and not text[0].islower()
