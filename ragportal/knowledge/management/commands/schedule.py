"""`manage.py schedule NAME WHAT`: how often a source is synced, and its syncs paused, resumed, stopped or begun."""

import json
from typing import Any

from django.core.management.base import BaseCommand, CommandParser

from ragportal.common.errors import InvalidInput
from ragportal.knowledge.management.tenant_option import add_tenant_option, chosen_tenant
from ragportal.knowledge.models import Source
from ragportal.knowledge.selectors import find_source
from ragportal.knowledge.sync.control import (
    UNCHANGED,
    pause_source,
    resume_source,
    schedule_source,
    start_sync,
    stop_sync,
)


class Command(BaseCommand):
    help = "Say how often a source is synced; pause, resume, stop or begin its syncs."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("name", help="the source")
        parser.add_argument(
            "what",
            metavar="MINUTES|pause|resume|stop|now",
            help="minutes between two syncs (0 = by hand), pause, resume, stop (the sync that runs) or now (begin one)",
        )
        parser.add_argument("--json", action="store_true", help="one JSON object on standard output")
        add_tenant_option(parser)

    def handle(self, *args: Any, **options: Any) -> None:
        with chosen_tenant(options):
            source = find_source(name=options["name"])
            done = _do(source, options["what"])
        if options["json"]:
            paused = source.paused_at.isoformat() if source.paused_at else None
            self.stdout.write(
                json.dumps({"source": source.name, "every_minutes": source.every_minutes, "paused_at": paused})
            )
        else:
            self.stdout.write(f"{source.name}: {done}")


def _do(source: Source, what: str) -> str:
    if what.isascii() and what.isdigit():
        schedule_source(source=source, every_minutes=int(what))
        return f"synced every {what} minutes." if int(what) else "synced by hand alone."
    match what:
        case "pause":
            pause_source(source=source)
            return "paused. Its documents stay found; a running sync ends in order."
        case "resume":
            resume_source(source=source)
            return "goes on."
        case "stop":
            stop_sync(source=source)
            return "the running sync ends in order; the next one goes on with it."
        case "now":
            start_sync(source=source)
            return "a worker begins a sync."
    raise InvalidInput(
        f"{what!r} is nothing to do with a schedule.", kept=UNCHANGED, todo="Give minutes, pause, resume, stop or now."
    )
