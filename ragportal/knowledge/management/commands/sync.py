"""`manage.py sync NAME`: bring a source's documents and permissions up to date."""

import json
from typing import Any

from django.core.management.base import BaseCommand, CommandParser

from ragportal.knowledge.management.tenant_option import add_tenant_option, chosen_tenant
from ragportal.knowledge.progress_line import ProgressLine
from ragportal.knowledge.run_report import run_as_json, run_in_words
from ragportal.knowledge.selectors import find_source
from ragportal.knowledge.sync.sync_source import sync_source


class Command(BaseCommand):
    help = "Bring a source's documents and permissions up to date. May be stopped and run again at any time."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("name", help="the source")
        parser.add_argument(
            "--confirm-deletions", action="store_true", help="carry out deletions that were held for being many"
        )
        parser.add_argument(
            "--take-over", action="store_true", help="the process that syncs this source is surely gone"
        )
        parser.add_argument(
            "--retry-failures", action="store_true", help="try documents again that failed for good and did not change"
        )
        parser.add_argument("--json", action="store_true", help="one JSON object on standard output")
        add_tenant_option(parser)

    def handle(self, *args: Any, **options: Any) -> None:
        with chosen_tenant(options):
            source = find_source(name=options["name"])
            line = ProgressLine(self.stderr, source.name)
            try:
                run = sync_source(
                    source=source,
                    progress=line,
                    confirm_deletions=options["confirm_deletions"],
                    retry_failures=options["retry_failures"],
                    take_over=options["take_over"],
                )
            finally:
                line.close()
        self.stdout.write(json.dumps(run_as_json(run)) if options["json"] else run_in_words(source.name, run))
