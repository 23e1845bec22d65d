"""`manage.py reindex`: build the search index anew from the database."""

import json
from typing import Any

from django.core.management.base import BaseCommand, CommandParser

from ragportal.knowledge.documents.reindex import reindex
from ragportal.knowledge.management.tenant_option import add_tenant_option, chosen_tenant
from ragportal.knowledge.progress_line import ProgressLine


class Command(BaseCommand):
    help = "Build the search index anew from the database; the former one is searched until the new one is complete."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--take-over", action="store_true", help="the process that syncs here is surely gone")
        parser.add_argument("--json", action="store_true", help="one JSON object on standard output")
        add_tenant_option(parser)

    def handle(self, *args: Any, **options: Any) -> None:
        with chosen_tenant(options) as tenant:
            line = ProgressLine(self.stderr, "index")
            try:
                documents = reindex(tenant=tenant, progress=line, take_over=options["take_over"])
            finally:
                line.close()
        if options["json"]:
            self.stdout.write(json.dumps({"documents": documents}))
        else:
            self.stdout.write(f"The index holds {documents} documents.")
