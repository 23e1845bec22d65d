"""Tables of a page, told by words that stand in columns over several rows."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from statistics import mean, median

from ragportal.knowledge.parsing.grid import Row
from ragportal.knowledge.parsing.pdf.rows import Line

LONGEST_GAP = 4.0
"""Of the height of a line: more white than this between two rows ends a table."""
_FULL, _MOST, _WORDS = 0.7, 0.6, 4

Span = tuple[float, float]


@dataclass(frozen=True, slots=True)
class Columns:
    """Lines that stand in columns; `spans` from left to right."""

    lines: tuple[Line, ...]
    spans: tuple[Span, ...]

    @property
    def is_prose(self) -> bool:
        """Columns of text that is read one column after the other: most lines are of several words and fill theirs."""
        pieces = [piece for line in self.lines for piece in line.pieces]
        widths = [self.spans[self.column_of(piece.left, piece.right)] for piece in pieces]
        full = [
            piece.right - piece.left > _FULL * (end - begin) for piece, (begin, end) in zip(pieces, widths, strict=True)
        ]
        words = mean(len(piece.text.split()) for piece in pieces)
        return len(self.spans) <= 3 and len(self.lines) > 3 and words >= _WORDS and mean(full) > _MOST

    def column_of(self, left: float, right: float) -> int:
        """The column that most of an interval is in."""
        shared = [min(right, end) - max(left, begin) for begin, end in self.spans]
        return shared.index(max(shared))


def find_columns(lines: Sequence[Line]) -> Iterator[Line | Columns]:
    """The lines in their order, those that stand in columns together."""
    place = 0
    while place < len(lines):
        found = _columns_from(lines, place)
        if found is None:
            yield lines[place]
            place += 1
        else:
            yield found
            place += len(found.lines)


def table_rows(columns: Columns) -> list[Row]:
    """Rows of a table; a line that goes on in some cells is joined to its row."""
    cells = [_cells(columns, line) for line in columns.lines]
    tight = _tight_gap(columns.lines, cells)
    rows: list[tuple[list[str], bool]] = []
    for place, (line, own) in enumerate(zip(columns.lines, cells, strict=True)):
        if place and not own[0] and columns.lines[place - 1].bottom - line.bottom < tight:
            rows[-1] = ([" ".join(filter(None, pair)) for pair in zip(rows[-1][0], own, strict=True)], rows[-1][1])
        else:
            rows.append((own, line.bold))
    return [Row(tuple(own), strong) for own, strong in rows]


def prose_columns(columns: Columns) -> list[Line]:
    """The lines of prose in columns, one column after the other."""
    sorted_lines: list[list[Line]] = [[] for _ in columns.spans]
    for line in columns.lines:
        parts: dict[int, Line] = {}
        for piece in line.pieces:
            column = columns.column_of(piece.left, piece.right)
            parts.setdefault(column, Line([])).pieces.append(piece)
        for column, part in parts.items():
            sorted_lines[column].append(part)
    return [line for column in sorted_lines for line in column]


def _columns_from(lines: Sequence[Line], first: int) -> Columns | None:
    """The longest run of lines from `first` on that share columns."""
    if len(lines[first].pieces) < 2:
        return None
    spans = _spans(lines[first])
    last = first + 1
    while last < len(lines) and _may_follow(lines[last - 1], lines[last]):
        merged = _merged([*spans, *_spans(lines[last])])
        if len(lines[last].pieces) == 1 and not _continues(lines, first, last, spans):
            break
        if len(merged) < (len(spans) if last - first > 1 else 2):
            break
        spans = merged
        last += 1
    while last > first and len(lines[last - 1].pieces) == 1 and _is_after(lines, last - 1):
        last -= 1
    rows = sum(len(line.pieces) > 1 for line in lines[first:last])
    return Columns(tuple(lines[first:last]), tuple(spans)) if rows >= 2 else None


def _is_after(lines: Sequence[Line], place: int) -> bool:
    """Whether a last line of one piece stands further below than lines of a cell do."""
    return lines[place - 1].bottom - lines[place].bottom > 1.5 * lines[place].height


def _continues(lines: Sequence[Line], first: int, place: int, spans: list[Span]) -> bool:
    """Whether a line of one piece lies in one column, and not below what a table of several rows would have."""
    piece = lines[place].pieces[0]
    within = [begin - 2 <= piece.left and piece.right <= end + 2 for begin, end in spans]
    overlaps = sum(min(piece.right, end) > max(piece.left, begin) for begin, end in spans)
    more_follow = any(len(line.pieces) > 1 for line in lines[place + 1 : place + 4])
    return overlaps == 1 and (any(within) or more_follow) and (more_follow or not within[0])


def _may_follow(before: Line, line: Line) -> bool:
    gap = before.bottom - line.bottom
    return 0 < gap < LONGEST_GAP * max(before.height, line.height)


def _spans(line: Line) -> list[Span]:
    return [(piece.left, piece.right) for piece in line.pieces]


def _merged(spans: list[Span]) -> list[Span]:
    merged: list[Span] = []
    for begin, end in sorted(spans):
        if merged and begin < merged[-1][1]:
            merged[-1] = (merged[-1][0], max(end, merged[-1][1]))
        else:
            merged.append((begin, end))
    return merged


def _cells(columns: Columns, line: Line) -> list[str]:
    cells = [""] * len(columns.spans)
    for piece in line.pieces:
        column = columns.column_of(piece.left, piece.right)
        cells[column] = " ".join(filter(None, (cells[column], piece.text)))
    return cells


def _tight_gap(lines: Sequence[Line], cells: list[list[str]]) -> float:
    """Below this distance, a line without a first cell belongs to the row above: rows are further apart than lines."""
    tops = [line.bottom for line, own in zip(lines, cells, strict=True) if own[0]]
    gaps = [above - below for above, below in zip(tops, tops[1:], strict=False)]
    return 0.9 * median(gaps) if gaps else float("inf")
