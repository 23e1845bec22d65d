"""Handlers of made-up work, for tests of the workers."""

from collections.abc import Callable

from ragportal.common.tenancy import current_tenant_id

CALLS: list[tuple[int, dict[str, int]]] = []
"""Tenant and arguments of each call; the fixture that uses it empties it."""
SURPRISES: list[Callable[[], object]] = []
"""Called by each call, before it is noted: what it raises is the handler's error."""


def note(**arguments: int) -> None:
    for surprise in SURPRISES:
        surprise()
    CALLS.append((current_tenant_id(), arguments))
