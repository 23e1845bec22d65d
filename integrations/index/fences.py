"""Who was overtaken may not write: the highest number of each name that an index has seen."""

from collections.abc import Iterable, Mapping

from integrations.index.base import IndexFence, IndexFenced


def raised_fences(known: Mapping[str, int], fences: Iterable[IndexFence]) -> dict[str, int]:
    """`known`, number by name, after a write under `fences`. Raises IndexFenced where one of them is lower."""
    raised = dict(known)
    for fence in fences:
        if fence.number < raised.get(fence.name, fence.number):
            raise IndexFenced(f"The work {fence.name!r} was taken over; nothing was written.")
        raised[fence.name] = fence.number
    return raised
