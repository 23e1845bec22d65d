"""What happens in the middle of a sync: the process ends at some step, or somebody asks between two steps."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any
from unittest.mock import patch

from hypothesis import strategies as st

from ragportal.common.engines import the_index
from ragportal.knowledge.documents import index_work, intake, publishing
from ragportal.knowledge.sync import changes, sync_source
from ragportal.knowledge.sync.group_members import GroupMembers

STEPS = {
    "the batch is met": (intake, "meet"),
    "the unchanged are settled": (intake, "settle"),
    "a version is staged": (publishing, "stage"),
    "the index is written": (None, "write"),
    "a version is published": (publishing, "publish"),
    "a batch is published": (intake, "publish_documents"),
    "documents are removed": (changes, "delete_absent"),
    "people leave their groups": (GroupMembers, "lose"),
    "people join their groups": (GroupMembers, "let_in"),
    "what was staged is dropped": (sync_source, "drop_staged"),
    "the removed are retired": (index_work, "retire_removed"),
    "the index learns of rules": (None, "set_rules"),
}
"""Functions of the product, where they are looked up; None = of the index."""


class Crash(Exception):
    """The process ends here."""


@dataclass(frozen=True)
class Disturbance:
    """Before or after the `nth` time that this step is done in the next sync, the process ends or somebody asks."""

    step: str
    nth: int
    after: bool
    crashes: bool


disturbances = st.builds(
    Disturbance,
    step=st.sampled_from(sorted(STEPS)),
    nth=st.sampled_from([1, 1, 1, 2]),
    after=st.booleans(),
    crashes=st.booleans(),
)


@contextmanager
def disturbed(disturbance: Disturbance | None, ask: Callable[[], None]) -> Iterator[None]:
    """A block in which the disturbance comes once; a crash raises Crash out of it."""
    if disturbance is None:
        yield
        return
    owner, name = STEPS[disturbance.step]
    with patch.object(owner or type(the_index()), name, _disturbed(disturbance, owner or type(the_index()), name, ask)):
        yield


def _disturbed(disturbance: Disturbance, owner: Any, name: str, ask: Callable[[], None]) -> Callable[..., Any]:
    original, calls = getattr(owner, name), []

    def step(*args: Any, **kwargs: Any) -> Any:
        calls.append(name)
        is_it = len(calls) == disturbance.nth
        if is_it and not disturbance.after:
            happen()
        result = original(*args, **kwargs)
        if is_it and disturbance.after:
            happen()
        return result

    def happen() -> None:
        if disturbance.crashes:
            raise Crash
        ask()

    return step
