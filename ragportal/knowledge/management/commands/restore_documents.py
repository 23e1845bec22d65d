"""`manage.py restore_documents NAME`: show documents again of which the source said by mistake that they are gone."""

import json
from dataclasses import asdict
from typing import Any

from django.core.management.base import BaseCommand, CommandParser

from ragportal.knowledge.management.document_options import acting_member, add_acting_option
from ragportal.knowledge.management.tenant_option import add_tenant_option, chosen_tenant
from ragportal.knowledge.selectors import find_source
from ragportal.knowledge.sync.restoring import restore_documents


class Command(BaseCommand):
    help = "Ask the source for each document that a sync removed, and show again those that are there."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("name", help="the source")
        parser.add_argument("--run", type=int, help="number of the sync; by default the last one that raised an alarm")
        parser.add_argument("--json", action="store_true", help="one JSON object on standard output")
        add_acting_option(parser)
        add_tenant_option(parser)

    def handle(self, *args: Any, **options: Any) -> None:
        with chosen_tenant(options) as tenant:
            source = find_source(name=options["name"])
            outcome = restore_documents(source=source, run_id=options["run"], actor_id=acting_member(options, tenant))
        if options["json"]:
            self.stdout.write(json.dumps(asdict(outcome)))
            return
        self.stdout.write(
            f"{source.name}: {outcome.restored} documents are shown again, {outcome.gone} are gone there."
        )
        if outcome.untold:
            self.stdout.write(f"Of {outcome.untold} the source could not tell: try again later.")
