"""`manage.py verify_audit`: is the audit trail whole?"""

from typing import Any

from django.core.exceptions import ImproperlyConfigured
from django.core.management.base import BaseCommand, CommandError, CommandParser

from ragportal.audit.selectors import audited_tenants, chain_end, verify_chain
from ragportal.common.errors import NotFound
from ragportal.tenants.models import Tenant
from ragportal.tenants.selectors import find_tenant


class Command(BaseCommand):
    help = "Proves that no audit record was changed or removed. Exit status 0 only if every chain is whole."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--tenant", help="the short name of one tenant; without it, all are verified")

    def handle(self, *args: Any, tenant: str | None, **options: Any) -> None:
        chains = self._chains(tenant)
        try:
            damaged = [name for tenant_id, name in chains if not self._is_whole(tenant_id, name)]
        except (OSError, ImproperlyConfigured) as error:
            reason = str(error).rstrip(".")
            raise CommandError(f"The audit key cannot be read: {reason}. Nothing was verified or changed.") from error
        if damaged:
            raise CommandError(f"The audit trail is not whole: {', '.join(damaged)}. Nothing was repaired.")

    def _chains(self, slug: str | None) -> list[tuple[int, str]]:
        """What to verify: (tenant id, name in words). Tenants that exist no more keep their chain."""
        if slug is not None:
            try:
                return [(find_tenant(slug).pk, slug)]
            except NotFound as error:
                raise CommandError(str(error)) from error
        living = dict(Tenant.objects.values_list("pk", "slug"))
        return [(tenant, living.get(tenant, f"tenant {tenant}")) for tenant in sorted(audited_tenants() | set(living))]

    def _is_whole(self, tenant_id: int, name: str) -> bool:
        problems = verify_chain(tenant_id)
        for problem in problems:
            self.stdout.write(f"{name}: {problem}")
        if not problems:
            sequence, last_hash = chain_end(tenant_id)
            self.stdout.write(f"{name}: whole. Its end, to be noted elsewhere: record {sequence}, {last_hash}")
        return not problems
