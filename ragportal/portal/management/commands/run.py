"""`manage.py run`: prepare everything, load the demo company once, then keep web server, workers and clock alive."""

import os
import signal
import sys
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import connections

from ragportal.common.errors import ProductError
from ragportal.common.rows import tenant_transaction
from ragportal.common.tenancy import use_tenant
from ragportal.knowledge.sync.scheduling import enqueue_sync
from ragportal.knowledge.troubles import explained_troubles
from ragportal.portal.running import supervisor
from ragportal.portal.running.address import address_of, bound_socket
from ragportal.portal.running.docs_folder import folder_source, readable_folder
from ragportal.portal.running.one_run import the_only_run
from ragportal.portal.running.parts import web_part, worker_parts
from ragportal.portal.running.steps import LoadedCompany, load_demo_company, migrate_databases, timed_step
from ragportal.tenants.selectors import find_tenant


class Command(BaseCommand):
    help = "Start the product with the demo company on this machine. Ctrl-C ends it."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--host", default="127.0.0.1", help="address to listen on (default: this machine alone)")
        parser.add_argument("--port", type=int, default=8000, help="port to listen on (default: 8000)")
        parser.add_argument("--docs", metavar="FOLDER", help="add this folder as a source that every member may read")

    def handle(self, *args: Any, **options: Any) -> None:
        signal.signal(signal.SIGTERM, signal.default_int_handler)  # `kill` ends it as Ctrl-C does
        try:
            with explained_troubles():
                docs = readable_folder(options["docs"]) if options["docs"] else None
                self._run(options["host"], options["port"], docs)
        except ProductError as error:
            raise CommandError(str(error)) from error
        except KeyboardInterrupt:
            self.stdout.write("\nStopped. What was done is kept; the next start goes on from there.")
            sys.exit(supervisor.BROKEN_OFF)

    def _run(self, host: str, port: int, docs: Path | None) -> None:
        address = address_of(host, port)
        with the_only_run(Path(settings.DATA_DIR), address) as lock, bound_socket(host, port) as bound:
            company = self._prepare()
            if docs:
                _enqueue_docs(company, docs)
            connections.close_all()
            self.stdout.flush()
            ready, told = os.pipe()
            web = web_part(socket=bound.fileno(), ready=told, lock=lock, address=address, company=company)
            _become_supervisor(
                supervisor.plan_of(web, worker_parts(lock=lock), ready), (bound.fileno(), ready, told, lock)
            )

    def _prepare(self) -> LoadedCompany:
        with timed_step(self.stdout, "Databases"):
            migrate_databases()
        with timed_step(self.stdout, "Demo company"):
            return load_demo_company()


def _enqueue_docs(company: LoadedCompany, docs: Path) -> None:
    """Have the folder of --docs read by a worker, as soon as there is one."""
    with use_tenant(find_tenant(company.slug).pk):
        source = folder_source(folder=docs)
        with tenant_transaction():
            enqueue_sync(source)


def _become_supervisor(plan: str, files: tuple[int, ...]) -> None:
    """Go on as the small process that keeps the parts alive, with the same number and these open files."""
    for file in files:
        os.set_inheritable(file, True)
    os.execv(sys.executable, [sys.executable, "-m", supervisor.__name__, plan])  # noqa: S606 - no shell is meant
