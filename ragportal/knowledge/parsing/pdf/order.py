"""In which order the parts of a page are read, where the file draws them in another one."""

from collections.abc import Sequence

from ragportal.knowledge.parsing.pdf.pages import Box

_MOST = 400
"""Parts of a page; with more, as in a drawing, the file's order stays."""
_OVERLAP = 0.1
_SLACK = 2.0


def reading_order(boxes: Sequence[Box]) -> list[int]:
    """Places in `boxes`: in the order of the file, but nothing before what stands right above it.

    So columns stay whole, one after the other, and a title that was drawn last comes first.
    """
    if len(boxes) > _MOST:
        return list(range(len(boxes)))
    above = {
        place: {other for other, upper in enumerate(boxes) if other != place and _is_above(upper, box)}
        for place, box in enumerate(boxes)
    }
    order: list[int] = []
    waiting = list(range(len(boxes)))
    while waiting:
        chosen = next((place for place in waiting if not above[place]), waiting[0])
        waiting.remove(chosen)
        order.append(chosen)
        for others in above.values():
            others.discard(chosen)
    return order


def _is_above(upper: Box, box: Box) -> bool:
    shared = min(upper[2], box[2]) - max(upper[0], box[0])
    narrower = min(upper[2] - upper[0], box[2] - box[0])
    return upper[1] >= box[3] - _SLACK and shared > _OVERLAP * narrower
