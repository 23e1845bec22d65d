"""Rows that belong to a tenant, and the transaction in which they are written."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, ClassVar, Self, TypeVar

from django.db import models, transaction

from ragportal.common.tenancy import NoCurrentTenant, current_tenant_id

Row = TypeVar("Row", bound=models.Model)


class TenantManager(models.Manager[Row]):
    """Sees the current tenant's rows only; there is no second manager that sees more."""

    def get_queryset(self) -> models.QuerySet[Row]:
        return super().get_queryset().filter(tenant_id=current_tenant_id())


class TenantRow(models.Model):
    """A row of one tenant: created for the current tenant, found under it alone.

    `base_manager_name` makes related look-ups (`chunk.version`) go through the same filter. A subclass
    with a Meta of its own inherits from `TenantRow.Meta`.
    """

    tenant = models.ForeignKey(
        "tenants.Tenant",
        on_delete=models.CASCADE,
        related_name="+",
        default=current_tenant_id,
        editable=False,
        db_index=False,  # every query names the tenant: an index on it alone would only mislead the planner
    )

    objects: ClassVar[TenantManager[Self]] = TenantManager()

    class Meta:
        abstract = True
        base_manager_name = "objects"

    def delete(self, *args: Any, **kwargs: Any) -> tuple[int, dict[str, int]]:
        """Delete this row of the current tenant. Raises NoCurrentTenant for any other.

        Django deletes a row in hand by its id alone, past every manager.
        """
        if self.tenant_id != current_tenant_id():
            raise NoCurrentTenant("This row belongs to a tenant that is not the current one.")
        return super().delete(*args, **kwargs)


def locked_ids(rows: "models.QuerySet[Any]", most: int | None = None) -> list[int]:
    """The ids of these rows (of the first `most`), locked until the transaction ends; what changed meanwhile is gone.

    Lower ids first: two transactions that change many of the same rows come one after the other, where an update alone
    locks them in any order, and each could wait for the other. SQLite has one writer, and locks nothing here.
    """
    return list(rows.order_by("pk").select_for_update().values_list("pk", flat=True)[:most])


@contextmanager
def tenant_transaction() -> Iterator[None]:
    """One database step of the current tenant: all of it or nothing. Raises NoCurrentTenant.

    Keep it short: no parsing, embedding or network inside (SQLite has one writer).
    """
    current_tenant_id()
    with transaction.atomic():
        yield
