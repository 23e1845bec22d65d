"""`manage.py serve`: the web server of `manage.py run`, on a socket that is open already."""

import json
import os
import socket
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import connections

from ragportal.common.errors import ProductError
from ragportal.knowledge.company import demo_password
from ragportal.knowledge.troubles import explained_troubles
from ragportal.portal.running.server import serve
from ragportal.portal.running.steps import LoadedCompany, company_from_json, load_model, timed_step
from ragportal.portal.running.supervisor import GIVE_UP
from ragportal.portal.running.warm_up import WarmUp
from ragportal.tenants.selectors import find_tenant


class Command(BaseCommand):
    help = "Answer requests on an open socket; `manage.py run` starts it."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--socket", type=int, required=True, help="number of the open file that is the socket")
        parser.add_argument("--ready", type=int, required=True, help="number of the pipe to tell of the first page")
        parser.add_argument("--address", required=True, help="the address for a browser")
        parser.add_argument("--company", required=True, help="the loaded company as JSON")

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            with explained_troubles(), timed_step(self.stdout, "Model loaded"):
                load_model()
        except ProductError as error:
            raise CommandError(str(error), returncode=GIVE_UP) from error
        company = company_from_json(json.loads(options["company"]))
        warm_up = WarmUp(tenant=find_tenant(company.slug), email=company.people[0][0])

        def started() -> None:
            os.write(options["ready"], b"1")
            warm_up.start()
            self._announce(options["address"], company)

        connections.close_all()
        try:
            serve(socket.socket(fileno=options["socket"]), started)
        except KeyboardInterrupt:
            pass  # this is how it is told to end
        finally:
            warm_up.wait()

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
