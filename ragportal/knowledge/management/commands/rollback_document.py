"""`manage.py rollback_document NAME ID`: put the former text of a document in the place of its present one."""

import json
from typing import Any

from django.core.management.base import BaseCommand, CommandParser

from ragportal.knowledge.management.document_options import acting_member, add_document_options, named_document
from ragportal.knowledge.management.tenant_option import chosen_tenant
from ragportal.knowledge.sync.rollback import rollback_document


class Command(BaseCommand):
    help = "Publish a former version of a document, under its readers of today, until the source has another text."

    def add_arguments(self, parser: CommandParser) -> None:
        add_document_options(parser)
        parser.add_argument("--number", type=int, help="this version; by default the newest one with another text")

    def handle(self, *args: Any, **options: Any) -> None:
        with chosen_tenant(options) as tenant:
            document = named_document(options)
            version = rollback_document(
                document=document, number=options["number"], actor_id=acting_member(options, tenant)
            )
            document.refresh_from_db()
        pinned = bool(document.pinned_content)
        if options["json"]:
            self.stdout.write(
                json.dumps({"document": document.external_id, "version": version.number, "pinned": pinned})
            )
            return
        end = "It stays until the source has another text." if pinned else "It is the source's own text again."
        self.stdout.write(f"{document.external_id}: version {version.number} is published, “{version.title}”. {end}")
