"""`manage.py run`: prepare everything, load the demo company once, serve the pages until Ctrl-C."""

import signal
import sys
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import connections

from ragportal.common.errors import ProductError
from ragportal.common.tenancy import use_tenant
from ragportal.knowledge.company import SOURCE_NAME, demo_password
from ragportal.knowledge.models import Source
from ragportal.knowledge.troubles import explained_troubles
from ragportal.portal.running.address import address_of, bound_socket
from ragportal.portal.running.background_syncs import BackgroundSyncs
from ragportal.portal.running.docs_folder import folder_source, readable_folder
from ragportal.portal.running.one_run import the_only_run
from ragportal.portal.running.server import serve
from ragportal.portal.running.steps import (
    LoadedCompany,
    load_demo_company,
    load_model,
    migrate_databases,
    timed_step,
)
from ragportal.portal.running.warm_up import WarmUp
from ragportal.tenants.models import Tenant
from ragportal.tenants.selectors import find_tenant

BROKEN_OFF = 130
"""Exit status where Ctrl-C came before the pages could be served."""


class Command(BaseCommand):
    help = "Start the product with the demo company on this machine. Ctrl-C ends it."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--host", default="127.0.0.1", help="address to listen on (default: this machine alone)")
        parser.add_argument("--port", type=int, default=8000, help="port to listen on (default: 8000)")
        parser.add_argument("--docs", metavar="FOLDER", help="add this folder as a source that every member may read")

    def handle(self, *args: Any, **options: Any) -> None:
        signal.signal(signal.SIGTERM, signal.default_int_handler)  # `kill` ends it as Ctrl-C does
        self._serving = False
        try:
            with explained_troubles():
                docs = readable_folder(options["docs"]) if options["docs"] else None
                self._run(options["host"], options["port"], docs)
        except ProductError as error:
            raise CommandError(str(error)) from error
        except KeyboardInterrupt:
            if not self._serving:
                self.stdout.write("\nStopped. What was done is kept; the next start goes on from there.")
                sys.exit(BROKEN_OFF)
            self.stdout.write("\nStopped.")

    def _run(self, host: str, port: int, docs: Path | None) -> None:
        address = address_of(host, port)
        with the_only_run(Path(settings.DATA_DIR), address), bound_socket(host, port) as bound:
            company = self._prepare()
            tenant = find_tenant(company.slug)
            syncs = BackgroundSyncs(tenant.slug, _sources_to_sync(tenant, docs))

            warm_up = WarmUp(tenant=tenant, email=company.people[0][0])

            def started() -> None:
                self._serving = True
                warm_up.start()
                self._announce(address, company)
                syncs.start()

            connections.close_all()
            try:
                serve(bound, started)
            finally:
                syncs.stop()
                warm_up.wait()

    def _prepare(self) -> LoadedCompany:
        with timed_step(self.stdout, "Databases"):
            migrate_databases()
        with timed_step(self.stdout, "Model loaded"):
            load_model()
        with timed_step(self.stdout, "Demo company"):
            return load_demo_company()

    def _announce(self, address: str, company: LoadedCompany) -> None:
        width = max(len(email) for email, _ in company.people)
        lines = [
            "",
            f"  {address}    {company.documents} documents. Ctrl-C ends it.",
            "",
            f"  Sign in with the password {demo_password()} as",
            *(f"    {email:<{width}}  {about}" for email, about in company.people),
            "",
        ]
        self.stdout.write("\n".join(lines))
        self.stdout.flush()


def _sources_to_sync(tenant: Tenant, docs: Path | None) -> list[str]:
    """The folder of --docs first, then every other source but the demo company's, which was just read."""
    with use_tenant(tenant.pk):
        first = [folder_source(folder=docs).name] if docs else []
        others = Source.objects.exclude(name__in=[SOURCE_NAME, *first]).order_by("name")
        return first + list(others.values_list("name", flat=True))
