"""In which order a reader looks at the boxes of a slide."""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

TOLERANCE = 0.2
"""How much of the smaller of two neighbours may overlap while they still count as apart."""


@dataclass(frozen=True, slots=True)
class Box:
    """A part of a slide, in whatever unit; `number` is what it is called."""

    number: int
    left: float
    top: float
    width: float
    height: float


def reading_order(boxes: Sequence[Box]) -> list[int]:
    """The numbers of boxes as they are read: rows from above, within a row columns from the left, and so on.

    Boxes that overlap keep their order.
    """
    if len(boxes) < 2:
        return [box.number for box in boxes]
    for start, length in (("top", "height"), ("left", "width")):
        groups = _groups(boxes, start, length)
        if len(groups) > 1:
            return [number for group in groups for number in reading_order(group)]
    return [box.number for box in boxes]


def _groups(boxes: Sequence[Box], start: str, length: str) -> list[list[Box]]:
    """Boxes parted wherever a straight line goes between them, in their order along the axis."""
    ordered = sorted(boxes, key=lambda box: (getattr(box, start), boxes.index(box)))
    groups = [[ordered[0]]]
    end = getattr(ordered[0], start) + getattr(ordered[0], length)
    for before, box in pairwise(ordered):
        slack = TOLERANCE * min(getattr(before, length), getattr(box, length))
        if getattr(box, start) >= end - slack:
            groups.append([box])
        else:
            groups[-1].append(box)
        end = max(end, getattr(box, start) + getattr(box, length))
    kept = {box.number: place for place, box in enumerate(boxes)}
    return [sorted(group, key=lambda box: kept[box.number]) for group in groups]
