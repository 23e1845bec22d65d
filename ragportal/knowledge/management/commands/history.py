"""`manage.py history NAME ID`: what happened to one document, when, and by which sync."""

import json
from typing import Any

from django.core.management.base import BaseCommand, CommandParser

from ragportal.common.errors import NotFound
from ragportal.knowledge.management.tenant_option import add_tenant_option, chosen_tenant
from ragportal.knowledge.models import DocumentChange
from ragportal.knowledge.selectors import find_source, history_of


class Command(BaseCommand):
    help = "Tell what happened to a document: added, new text, other readers, moved, removed, restored, failed."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("name", help="the source")
        parser.add_argument("document", help="its id at the source (for files: the path)")
        parser.add_argument("--json", action="store_true", help="one JSON object on standard output")
        add_tenant_option(parser)

    def handle(self, *args: Any, **options: Any) -> None:
        with chosen_tenant(options):
            source = find_source(name=options["name"])
            changes = list(history_of(source=source, external_id=options["document"]))
            if not changes:
                raise NotFound(f"Nothing is known of {options['document']!r} in {source.name}.")
        if options["json"]:
            self.stdout.write(json.dumps({"changes": [_as_json(change) for change in changes]}))
            return
        for change in changes:
            by = f"sync {change.run_id}" if change.run_id else "by hand"
            at = f"{change.at:%Y-%m-%d %H:%M:%S} UTC"
            self.stdout.write(f"{at}  {change.external_id}  {DocumentChange.What(change.what).label}  ({by})")


def _as_json(change: DocumentChange) -> dict[str, str | int | None]:
    return {
        "at": change.at.isoformat(),
        "document": change.external_id,
        "number": change.document_id,
        "what": change.what,
        "run": change.run_id,
    }
