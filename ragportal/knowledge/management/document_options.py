"""The arguments NAME and ID of commands about one document, and --by for the audit trail."""

from typing import Any

from django.core.management.base import CommandParser

from ragportal.common.errors import NotFound
from ragportal.knowledge.management.tenant_option import add_tenant_option
from ragportal.knowledge.models import Document
from ragportal.knowledge.selectors import find_source
from ragportal.tenants.models import Tenant
from ragportal.tenants.selectors import membership_of


def add_document_options(parser: CommandParser) -> None:
    """Add NAME, ID, --json, --by and --tenant."""
    parser.add_argument("name", help="the source")
    parser.add_argument("document", help="its id at the source (for files: the path)")
    parser.add_argument("--json", action="store_true", help="one JSON object on standard output")
    add_acting_option(parser)
    add_tenant_option(parser)


def add_acting_option(parser: CommandParser) -> None:
    """Add --by."""
    parser.add_argument("--by", metavar="EMAIL", help="the member who does this, for the audit trail")


def acting_member(options: dict[str, Any], tenant: Tenant) -> int | None:
    """The membership of --by; None = the operator."""
    return membership_of(email=options["by"], tenant_slug=tenant.slug).pk if options["by"] else None


def named_document(options: dict[str, Any]) -> Document:
    """The document of NAME and ID. Raises NotFound."""
    source = find_source(name=options["name"])
    document: Document | None = Document.objects.filter(source=source, external_id=options["document"]).first()
    if document is None:
        raise NotFound(f"There is no document {options['document']!r} in {source.name}.")
    return document
