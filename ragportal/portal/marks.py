"""A document's text as parts for the page: its blocks in order, with the cited characters marked."""

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import groupby

from ragportal.knowledge.parsing.document import Block
from ragportal.knowledge.parsing.tables import CELL_SEPARATOR

_MARK = re.compile(r"([0-9]{1,9})-([0-9]{1,9})")
MOST_MARKS = 20


@dataclass(frozen=True, slots=True)
class Mark:
    """Characters [start, end) to mark; `first` is the one that was followed here."""

    start: int
    end: int
    first: bool


@dataclass(frozen=True, slots=True)
class Run:
    """Text that is marked as a whole, or not at all (`mark` None). `anchor`: the page scrolls to it."""

    text: str
    mark: Mark | None = None
    anchor: bool = False


@dataclass(frozen=True, slots=True)
class Line:
    """A block: a paragraph, a list item, or a table row with its cells. `has_mark`: shown in the margin."""

    block: Block
    cells: tuple[tuple[Run, ...], ...]

    @property
    def has_mark(self) -> bool:
        return any(run.mark is not None for cell in self.cells for run in cell)


@dataclass(frozen=True, slots=True)
class Part:
    """Lines that stand together: kind "list", "table", or the kind of a single block.

    `place`: the page or slide that begins with this part, "" = it goes on.
    """

    kind: str
    lines: tuple[Line, ...]
    place: str = ""


def marks_of(wanted: Iterable[str], length: int) -> tuple[Mark, ...]:
    """Marks from `START-END` texts of an address; what is malformed or lies outside the text is left out."""
    found: list[Mark] = []
    for text in list(wanted)[:MOST_MARKS]:
        if match := _MARK.fullmatch(text):
            start, end = int(match[1]), min(int(match[2]), length)
            if start < end:
                found.append(Mark(start, end, first=not found))
    return tuple(found)


def marked_parts(text: str, blocks: Sequence[Block], marks: Sequence[Mark]) -> list[Part]:
    """Every block once, in order; neighbouring list items, table rows and functions of code form one part."""
    anchored = False
    parts: list[Part] = []
    for kind, group in groupby(_with_whole_code(blocks), key=_part_kind):
        lines: list[Line] = []
        for block in group:
            line = Line(block, tuple(_runs(text, start, end, marks) for start, end in _cells(text, block)))
            if not anchored and any(run.mark and run.mark.first for cell in line.cells for run in cell):
                line, anchored = _with_anchor(line), True
            lines.append(line)
        if kind in ("list", "table"):
            parts.append(Part(kind, tuple(lines)))
        else:
            parts.extend(Part(kind, (line,)) for line in lines)
    return _with_places(parts)


def without_repeated_title(parts: Sequence[Part], title: str) -> Sequence[Part]:
    """The parts without a first heading that only repeats the page's title, unless it is marked."""
    if not parts or parts[0].kind != "heading" or parts[0].lines[0].has_mark:
        return parts
    heading = "".join(run.text for cell in parts[0].lines[0].cells for run in cell)
    return parts[1:] if heading.strip() == title.strip() else parts


def _with_whole_code(blocks: Sequence[Block]) -> Iterator[Block]:
    """Source code is many blocks that stand line on line; a reader sees a file."""
    whole: Block | None = None
    for block in blocks:
        is_source = block.kind == "code" and block.place is not None and block.place.kind in ("lines", "symbol")
        if whole is not None and is_source:
            whole = replace(whole, end=block.end)
            continue
        if whole is not None:
            yield whole
        whole = block if is_source else None
        if whole is None:
            yield block
    if whole is not None:
        yield whole


def _with_places(parts: Sequence[Part]) -> list[Part]:
    placed: list[Part] = []
    before = ""
    for part in parts:
        place = part.lines[0].block.place
        here = str(place) if place is not None and place.kind in ("page", "slide") else before
        placed.append(part if here == before else replace(part, place=here))
        before = here
    return placed


def _part_kind(block: Block) -> str:
    match block.kind:
        case "list_item":
            return "list"
        case "table_header" | "table_row":
            return "table"
        case _:
            return block.kind


def _cells(text: str, block: Block) -> Iterator[tuple[int, int]]:
    if _part_kind(block) != "table":
        yield block.start, block.end
        return
    start = block.start
    for cell in text[block.start : block.end].split(CELL_SEPARATOR):
        yield start, start + len(cell)
        start += len(cell) + len(CELL_SEPARATOR)


def _runs(text: str, start: int, end: int, marks: Sequence[Mark]) -> tuple[Run, ...]:
    """[start, end) cut wherever a mark begins or ends; of overlapping marks the first one counts."""
    cuts = sorted({start, end} | {cut for mark in marks for cut in (mark.start, mark.end) if start < cut < end})
    return tuple(
        Run(text[one:other], next((mark for mark in marks if mark.start <= one and other <= mark.end), None))
        for one, other in zip(cuts, cuts[1:], strict=False)
    )


def _with_anchor(line: Line) -> Line:
    done = False
    cells: list[tuple[Run, ...]] = []
    for cell in line.cells:
        runs: list[Run] = []
        for run in cell:
            is_anchor = not done and run.mark is not None and run.mark.first
            done = done or is_anchor
            runs.append(Run(run.text, run.mark, anchor=is_anchor))
        cells.append(tuple(runs))
    return Line(line.block, tuple(cells))
