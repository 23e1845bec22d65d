"""How far a long job is, for whoever watches it."""

from collections.abc import Callable
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Progress:
    """`done` of `expected` documents; `expected` None = nobody knows yet."""

    done: int
    expected: int | None


ReportProgress = Callable[[Progress], None]


def unwatched(progress: Progress) -> None:
    """For jobs that nobody watches."""
