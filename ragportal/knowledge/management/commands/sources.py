"""`manage.py sources`: the connected sources and how they are doing."""

import json
from typing import Any

from django.core.management.base import BaseCommand, CommandParser

from ragportal.knowledge.management.run_report import run_as_json
from ragportal.knowledge.management.tenant_option import add_tenant_option, chosen_tenant
from ragportal.knowledge.models import SyncRun
from ragportal.knowledge.selectors import failures_of, last_run, sources_with_counts


class Command(BaseCommand):
    help = "List the sources with their documents, failures and last sync."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--verbose", action="store_true", help="name each document that failed, and why")
        parser.add_argument("--json", action="store_true", help="one JSON object on standard output")
        add_tenant_option(parser)

    def handle(self, *args: Any, **options: Any) -> None:
        with chosen_tenant(options):
            described = [_described(source) for source in sources_with_counts()]
        if options["json"]:
            self.stdout.write(json.dumps({"sources": described}))
            return
        if not described:
            self.stdout.write("No source is connected yet: see `manage.py add_source --help`.")
        for source in described:
            self.stdout.write("\n".join(_in_words(source, verbose=options["verbose"])))


def _described(source: Any) -> dict[str, Any]:
    run = last_run(source=source)
    return {
        "name": source.name,
        "kind": source.kind,
        "documents": source.documents_shown,
        "failures": [
            {"document": failure.external_id, "reason": failure.reason, "permanent": failure.permanent}
            for failure in failures_of(source=source)
        ],
        "last_run": run_as_json(run) if run else None,
    }


def _in_words(source: dict[str, Any], *, verbose: bool) -> list[str]:
    run, failures = source["last_run"], source["failures"]
    when = "never synced"
    if run:
        when = f"last sync {run['started_at'][:16].replace('T', ' ')} UTC: {SyncRun.State(run['state']).label}"
    counts = f"{source['documents']} documents, {len(failures)} failures"
    lines = [f"{source['name']} ({source['kind']}): {counts}; {when}"]
    if run and run["error"]:
        lines.append(f"  {run['error']}")
    if verbose:
        lines += [f"  {failure['document']}: {failure['reason']}" for failure in failures]
    return lines
