"""`manage.py work`: how the queues stand, what was given up, and another try for it."""

import json
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from ragportal.common.errors import NotFound, ProductError
from ragportal.common.models import WorkItem
from ragportal.common.tenancy import use_tenant
from ragportal.common.work.retrying import try_again
from ragportal.common.work.selectors import WorkCount, all_dead_letters, work_counts


class Command(BaseCommand):
    help = "List the work by queue and state, and what was given up; or give one of those another try."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--try-again", metavar="NUMBER", type=int, help="work that was given up, by its number")
        parser.add_argument("--json", action="store_true", help="one JSON object on standard output")

    def handle(self, *args: Any, **options: Any) -> None:
        if options["try_again"] is not None:
            self._try_again(options["try_again"])
        counts, dead = work_counts(), [_described(item) for item in all_dead_letters()]
        if options["json"]:
            self.stdout.write(json.dumps({"counts": [count._asdict() for count in counts], "dead": dead}))
        else:
            self.stdout.write("\n".join([*_in_words(counts), *(_dead_in_words(letter) for letter in dead)]))

    def _try_again(self, number: int) -> None:
        try:
            item = WorkItem.across_tenants.select_related("tenant").filter(pk=number).first()
            if item is None:
                raise NotFound(f"There is no work number {number}.", todo="`manage.py work` lists it.")
            with use_tenant(item.tenant.pk):
                try_again(item_id=number)
        except ProductError as error:
            raise CommandError(str(error)) from error


def _described(item: WorkItem) -> dict[str, Any]:
    return {
        "number": item.pk,
        "tenant": item.tenant.slug,
        "name": item.name,
        "key": item.key,
        "tries": item.attempts,
        "reason": item.reason,
        "given_up_at": item.finished_at.isoformat() if item.finished_at else None,
    }


def _in_words(counts: list[WorkCount]) -> list[str]:
    return [f"{count.queue}: {count.rows} {count.state}" for count in counts] or ["There is no work."]


def _dead_in_words(letter: dict[str, Any]) -> str:
    what = f"{letter['name']} {letter['key']}".strip()
    which = f"number {letter['number']}, {what} of {letter['tenant']}"
    return f"Given up: {which}, {letter['tries']} tries. {letter['reason']}"
