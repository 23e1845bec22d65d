"""Search as one person: what would they find, and nothing else."""

import json
from argparse import ArgumentParser
from collections.abc import Mapping, Sequence
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from ragportal.access.asker import Asker, Situation
from ragportal.access.models import Channel
from ragportal.access.scope import scope_for
from ragportal.access.selectors import asker_of
from ragportal.audit import services as audit
from ragportal.common.errors import ProductError
from ragportal.common.tenancy import use_tenant
from ragportal.knowledge.chunking.chunks import heading_line
from ragportal.knowledge.models import Document
from ragportal.knowledge.parsing.document import place_of
from ragportal.knowledge.troubles import explained_troubles
from ragportal.search.results import Passage
from ragportal.search.services import PASSAGES, retrieve
from ragportal.tenants.selectors import membership_of

SHOWN_CHARACTERS = 300


class Command(BaseCommand):
    help = "Search as one person would: only what they may read now is found."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("question")
        parser.add_argument("--as", dest="email", required=True, help="e-mail address of the person who asks")
        parser.add_argument("--tenant", help="short name of the tenant; needed if the person is in several")
        parser.add_argument("--limit", type=int, default=PASSAGES, help=f"passages at most (default: {PASSAGES})")
        parser.add_argument("--json", action="store_true", help="one JSON object on standard output, nothing else")

    def handle(self, *args: Any, **options: Any) -> None:
        if not 1 <= options["limit"] <= 100:
            raise CommandError("--limit is a whole number from 1 to 100.")
        try:
            membership = membership_of(email=options["email"], tenant_slug=options["tenant"])
            with use_tenant(membership.tenant.pk), explained_troubles(kept=""):
                scope = scope_for(asker_of(membership), Situation(Channel.COMMAND_LINE))
                passages = retrieve(options["question"], scope, limit=options["limit"]).passages
                names = external_ids(passages)
                _record(scope.asker, options["question"], passages, names)
        except ProductError as error:
            raise CommandError(str(error)) from error
        self.stdout.write(_json(passages, names) if options["json"] else _list(passages, names))


def _record(asker: Asker, question: str, passages: Sequence[Passage], names: Mapping[int, str]) -> None:
    """The operator sees what this person may read: noted before it is shown."""
    audit.record(
        tenant_id=asker.tenant_id,
        action="search.shown",
        actor_id=None,
        subjects={
            "asker": asker.membership_id,
            "channel": str(Channel.COMMAND_LINE),
            "documents": sorted(names),
            "chunks": sorted({chunk for passage in passages for chunk in passage.chunk_ids}),
        },
        decision="shown" if passages else "nothing_found",
        payload={"question": question},
    )


def external_ids(passages: Sequence[Passage]) -> dict[int, str]:
    """The id at its source of each document that the passages name, by document id."""
    named = {one.id for passage in passages for one in passage.duplicates}
    named.update(passage.document_id for passage in passages)
    return dict(Document.objects.filter(pk__in=named).values_list("pk", "external_id"))


def _json(passages: Sequence[Passage], names: Mapping[int, str]) -> str:
    return json.dumps({"hits": [_hit(one, names) for one in passages]}, ensure_ascii=False)


def _hit(passage: Passage, names: Mapping[int, str]) -> dict[str, Any]:
    return {
        "document": names[passage.document_id],
        "title": passage.title,
        "score": round(passage.score, 4),
        "text": passage.text,
        "location": _location(passage),
    }


def _location(passage: Passage) -> str:
    """The headings above the passage, and its pages, rows or the like."""
    place = place_of(passage.blocks, passage.start, passage.end)
    return ", ".join(part for part in (heading_line(passage.heading_path), place) if part)


def _list(passages: Sequence[Passage], names: Mapping[int, str]) -> str:
    if not passages:
        return "Nothing found that this person may read."
    return "\n\n".join(_entry(number, passage, names) for number, passage in enumerate(passages, start=1))


def _entry(number: int, passage: Passage, names: Mapping[int, str]) -> str:
    place = heading_line([part for part in (passage.title, _location(passage)) if part])
    status = "" if passage.status == "current" else f" [{passage.status}]"
    text = " ".join(passage.text.split())
    short = text if len(text) <= SHOWN_CHARACTERS else f"{text[:SHOWN_CHARACTERS].rsplit(' ', 1)[0]} …"
    lines = [f"{number}. {place}{status}  ({passage.score:.2f}, {names[passage.document_id]})", f"   {short}"]
    lines += [f"   The same in: {one.title} ({names[one.id]})" for one in passage.duplicates]
    return "\n".join(lines)
