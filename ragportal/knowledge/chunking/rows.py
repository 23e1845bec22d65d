"""Cutting a table row that is too wide: neighbouring columns together, each part with the names of its own."""

from collections.abc import Callable, Iterator, Sequence

from ragportal.knowledge.parsing.tables import CELL_SEPARATOR

_LONGEST_KEY = 80
"""Characters of a first cell that tells, in each part, which row it is."""


def cells_of(text: str, start: int, end: int) -> list[tuple[int, int]]:
    """Start and end of each cell of the row `text[start:end]`."""
    cells: list[tuple[int, int]] = []
    for cell in text[start:end].split(CELL_SEPARATOR):
        cells.append((start, start + len(cell)))
        start += len(cell) + len(CELL_SEPARATOR)
    return cells


def cut_row(
    text: str, header: Sequence[tuple[int, int]], row: Sequence[tuple[int, int]], fits: Callable[[str], bool]
) -> Iterator[tuple[int, int, str]]:
    """Start and end of each part of a row, and its lead: which row it is, and the names of the part's columns.

    A part has as many columns as `fits` allows for lead and part, but at least one. Parts without text are left out.
    """
    names = [text[start:end] for start, end in header] + [""] * (len(row) - len(header))
    first = 0
    while first < len(row):
        last = first + 1
        while last < len(row) and fits(_part(text, names, row, first, last + 1)):
            last += 1
        start, end = row[first][0], row[last - 1][1]
        if text[start:end].replace(CELL_SEPARATOR, "").strip():
            yield start, end, _lead(text, names, row, first, last)
        first = last


def _part(text: str, names: Sequence[str], row: Sequence[tuple[int, int]], first: int, last: int) -> str:
    return f"{_lead(text, names, row, first, last)}\n{text[row[first][0] : row[last - 1][1]]}"


def _lead(text: str, names: Sequence[str], row: Sequence[tuple[int, int]], first: int, last: int) -> str:
    columns = CELL_SEPARATOR.join(names[first:last]).strip()
    key = text[slice(*row[0])].strip()
    if first == 0 or not key or len(key) > _LONGEST_KEY:
        return columns
    return f"{names[0]}: {key}\n{columns}" if names[0].strip() else f"{key}\n{columns}"
