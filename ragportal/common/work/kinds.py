"""What kinds of work there are: the setting WORK, a table of name, queue and handler."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.conf import settings

from ragportal.common.backends import load_backend

INTERACTIVE, SYNC, INGEST, MAINTENANCE = "interactive", "sync", "ingest", "maintenance"
QUEUES = (INTERACTIVE, SYNC, INGEST, MAINTENANCE)
"""interactive: somebody waits. sync: a source is read. ingest: one document. maintenance: short chores."""


@dataclass(frozen=True, slots=True)
class WorkKind:
    """One line of WORK. `handler` is the dotted path of a function that takes the arguments by keyword.

    It is called with the row's tenant as the current one, may be broken off anywhere and is called again then.
    """

    queue: str
    handler: str


def kind_of(name: str) -> WorkKind:
    """The line of WORK. Raises LookupError for a name that is not there."""
    kind: WorkKind = settings.WORK[name]
    return kind


def load_handler(name: str) -> Callable[..., Any]:
    """The function that does this work. Raises LookupError, ImproperlyConfigured."""
    handler: Callable[..., Any] = load_backend(f"WORK[{name!r}]", kind_of(name).handler)
    return handler
