"""The option --tenant, which may be left out where there is one tenant only."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from django.core.management.base import CommandError, CommandParser

from ragportal.common.errors import InvalidInput, ProductError
from ragportal.common.tenancy import use_tenant
from ragportal.knowledge.troubles import explained_troubles
from ragportal.tenants.models import Tenant
from ragportal.tenants.selectors import find_tenant


def add_tenant_option(parser: CommandParser) -> None:
    """Add --tenant to a command."""
    parser.add_argument("--tenant", help="short name of the tenant; needed where there are several")


@contextmanager
def chosen_tenant(options: dict[str, Any]) -> Iterator[Tenant]:
    """The tenant of --tenant, current for the block. What the block cannot do becomes a CommandError in words."""
    try:
        with explained_troubles():
            tenant = _tenant(options["tenant"])
            with use_tenant(tenant.pk):
                yield tenant
    except ProductError as error:
        raise CommandError(str(error)) from error


def _tenant(slug: str | None) -> Tenant:
    if slug is not None:
        return find_tenant(slug)
    tenants = list(Tenant.objects.order_by("slug")[:2])
    if not tenants:
        raise InvalidInput("There is no tenant yet.", todo="`make run` or `manage.py load_company` makes one.")
    if len(tenants) > 1:
        raise InvalidInput("There is more than one tenant.", todo="Name one with --tenant.")
    return tenants[0]
