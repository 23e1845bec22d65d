"""`manage.py sources`: the connected sources and how they are doing."""

import json
from typing import Any

from django.core.management.base import BaseCommand, CommandParser

from ragportal.knowledge.management.source_report import source_as_json, source_in_words
from ragportal.knowledge.management.tenant_option import add_tenant_option, chosen_tenant
from ragportal.knowledge.selectors import sources_with_counts


class Command(BaseCommand):
    help = "List the sources with their documents, failures, schedule and last sync."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--verbose", action="store_true", help="name each document that failed, and why")
        parser.add_argument("--json", action="store_true", help="one JSON object on standard output")
        add_tenant_option(parser)

    def handle(self, *args: Any, **options: Any) -> None:
        with chosen_tenant(options):
            described = [source_as_json(source) for source in sources_with_counts()]
        if options["json"]:
            self.stdout.write(json.dumps({"sources": described}))
            return
        if not described:
            self.stdout.write("No source is connected yet: see `manage.py add_source --help`.")
        for source in described:
            self.stdout.write("\n".join(source_in_words(source, verbose=options["verbose"])))
