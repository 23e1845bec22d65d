"""`manage.py add_source KIND --name N [FIELD=VALUE …]`: connect a source."""

import json
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandParser

from ragportal.common.errors import InvalidInput
from ragportal.knowledge.management.tenant_option import add_tenant_option, chosen_tenant
from ragportal.knowledge.sync.add_source import NOTHING_ADDED, add_source
from ragportal.tenants.selectors import membership_of


class Command(BaseCommand):
    help = "Connect a source; `sync NAME` then reads it."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("kind", help=f"kind of source: {', '.join(settings.CONNECTORS)}")
        parser.add_argument("fields", nargs="*", metavar="FIELD=VALUE", help="values of the source's form")
        parser.add_argument("--name", required=True, help="what the source is called here")
        parser.add_argument("--config", metavar="FILE.json", help="values of the form as a JSON object")
        parser.add_argument("--manager", metavar="EMAIL", help="a member who may manage this source")
        parser.add_argument("--anyway", action="store_true", help="add it although the check found something")
        parser.add_argument("--json", action="store_true", help="one JSON object on standard output")
        add_tenant_option(parser)

    def handle(self, *args: Any, **options: Any) -> None:
        with chosen_tenant(options) as tenant:
            manager = membership_of(email=options["manager"], tenant_slug=tenant.slug) if options["manager"] else None
            source = add_source(
                kind=options["kind"],
                name=options["name"],
                config={**_values_of_file(options["config"]), **_values(options["fields"])},
                manager=manager,
                accept_findings=options["anyway"],
            )
        if options["json"]:
            self.stdout.write(json.dumps({"source": source.name, "kind": source.kind, "id": source.pk}))
        else:
            self.stdout.write(f"Added {source.name}. Read it with: manage.py sync {json.dumps(source.name)}")


def _values(fields: list[str]) -> dict[str, str]:
    pairs = [field.partition("=") for field in fields]
    for name, equals, _ in pairs:
        if not equals or not name:
            raise InvalidInput(f"{name!r} is not of the form FIELD=VALUE.", kept=NOTHING_ADDED)
    return {name: value for name, _, value in pairs}


def _values_of_file(path: str | None) -> dict[str, Any]:
    if path is None:
        return {}
    try:
        values = json.loads(Path(path).read_text(encoding="utf-8"))
    except OSError as error:
        raise InvalidInput(f"{path} cannot be read: {error.strerror}.", kept=NOTHING_ADDED) from error
    except ValueError as error:
        raise InvalidInput(f"{path} is not JSON: {error}.", kept=NOTHING_ADDED) from error
    if not isinstance(values, dict):
        raise InvalidInput(f"{path} does not hold a JSON object.", kept=NOTHING_ADDED)
    return values
