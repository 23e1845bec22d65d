"""The current tenant: which company's rows a query means.

Nothing runs "for all tenants" by accident: without a current tenant, every query of a tenant's row raises.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar

_current: ContextVar[int | None] = ContextVar("current_tenant", default=None)


class NoCurrentTenant(RuntimeError):
    """A tenant's rows were asked for outside `use_tenant`."""


def current_tenant_id() -> int:
    """The tenant whose rows are meant here. Raises NoCurrentTenant."""
    tenant_id = _current.get()
    if tenant_id is None:
        raise NoCurrentTenant("No tenant is current: wrap the work in `with use_tenant(tenant_id)`.")
    return tenant_id


@contextmanager
def use_tenant(tenant_id: int) -> Iterator[None]:
    """Make one tenant current for the block, in this thread or task only; the former one returns after it."""
    token = _current.set(tenant_id)
    try:
        yield
    finally:
        _current.reset(token)
