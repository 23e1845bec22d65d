"""`manage.py erase_document NAME ID --for-good`: take a document out of every store; it never comes back."""

import json
from typing import Any

from django.core.management.base import BaseCommand, CommandParser

from ragportal.common.errors import InvalidInput
from ragportal.knowledge.documents.erasing import STORES, erase_document
from ragportal.knowledge.management.document_options import acting_member, add_document_options
from ragportal.knowledge.management.tenant_option import chosen_tenant
from ragportal.knowledge.selectors import find_source


class Command(BaseCommand):
    help = "Erase a document from every store, for good: no sync, rollback, restore or reindex brings it back."

    def add_arguments(self, parser: CommandParser) -> None:
        add_document_options(parser)
        parser.add_argument("--for-good", action="store_true", help="yes, this cannot be undone")

    def handle(self, *args: Any, **options: Any) -> None:
        with chosen_tenant(options) as tenant:
            if not options["for_good"]:
                raise InvalidInput(
                    "This cannot be undone.", kept="Nothing was erased.", todo="Say --for-good if that is meant."
                )
            source = find_source(name=options["name"])
            erase_document(source=source, external_id=options["document"], actor_id=acting_member(options, tenant))
        if options["json"]:
            self.stdout.write(json.dumps({"erased": options["document"], "stores": list(STORES)}))
        else:
            self.stdout.write(f"{options['document']} is erased from: {', '.join(STORES)}.")
