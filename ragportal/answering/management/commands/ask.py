"""`manage.py ask "…" --as EMAIL`: an answer with its sources, as this person would get it."""

import json
import shutil
import textwrap
from collections.abc import Iterator, Mapping
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from ragportal.access.asker import Situation
from ragportal.access.models import Channel
from ragportal.access.selectors import asker_of
from ragportal.answering.results import NOTHING_FOUND_TEXT, Answer, Citation
from ragportal.answering.services import answer_question
from ragportal.common.errors import ProductError
from ragportal.common.tenancy import use_tenant
from ragportal.knowledge.models import Document
from ragportal.tenants.selectors import membership_of

WIDEST = 100


class Command(BaseCommand):
    help = "Ask a question as a person and show the answer with its sources. Audited as the operator's act."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("question")
        parser.add_argument("--as", dest="email", required=True, help="e-mail of the person who asks")
        parser.add_argument("--tenant", help="short name of the tenant; needed if the person is in several")
        parser.add_argument("--json", action="store_true", help="one JSON object on standard output")

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            membership = membership_of(email=options["email"], tenant_slug=options["tenant"])
            with use_tenant(membership.tenant.pk):
                answer = answer_question(
                    asker=asker_of(membership),
                    question=options["question"],
                    situation=Situation(Channel.COMMAND_LINE),
                )
                names = external_ids(answer)
        except ProductError as error:
            raise CommandError(str(error)) from error
        if options["json"]:
            self.stdout.write(json.dumps(as_json(answer, names), ensure_ascii=False))
        else:
            width = min(WIDEST, shutil.get_terminal_size().columns)
            self.stdout.write("\n".join(as_lines(answer, names, width)))


def external_ids(answer: Answer) -> dict[int, str]:
    """The id at the source of each document that the answer names, by document id."""
    wanted = {citation.document_id for citation in answer.citations} | {one.id for one in answer.nearest}
    return dict(Document.objects.filter(pk__in=wanted).values_list("pk", "external_id"))


def as_json(answer: Answer, names: Mapping[int, str]) -> dict[str, Any]:
    """What `--json` prints; `document` is the document's id at its source, which stays when it is read in anew."""
    return {
        "answer": answer.text,
        "citations": [
            {
                "number": citation.number,
                "document": names.get(citation.document_id, ""),
                "document_id": citation.document_id,
                "title": citation.title,
                "url": citation.url,
                "location": citation.location,
                "quote": citation.quote,
            }
            for citation in answer.citations
        ],
        "confidence": str(answer.confidence),
        "nearest": [
            {"document": names.get(one.id, ""), "document_id": one.id, "title": one.title, "url": one.url}
            for one in answer.nearest
        ],
        "milliseconds": answer.milliseconds["total"],
        "stages": answer.milliseconds,
        "audit": answer.audit_sequence,
    }


def as_lines(answer: Answer, names: Mapping[int, str], width: int) -> Iterator[str]:
    """The answer for a terminal of `width` columns: wrapped, the numbered sources below it."""
    if not answer.sentences:
        yield NOTHING_FOUND_TEXT
        if answer.nearest:
            yield "Nearest of what you may read:"
        for one in answer.nearest:
            yield f"  {one.title}  ({names.get(one.id) or one.url})"
        return
    for line in answer.text.splitlines():
        yield from textwrap.wrap(line, width, subsequent_indent="  " if line.startswith("- ") else "") or [""]
    yield ""
    yield f"Confidence: {answer.confidence}. Sources:"
    for citation in answer.citations:
        yield from _source_lines(citation, names.get(citation.document_id, ""), width)


def _source_lines(citation: Citation, name: str, width: int) -> Iterator[str]:
    place = f"{citation.title} › {citation.location}" if citation.location else citation.title
    indent = " " * (len(str(citation.number)) + 4)
    yield from textwrap.wrap(f" [{citation.number}] {place}", width, subsequent_indent=indent)
    yield f"{indent}{citation.url or name}"
    quote = textwrap.shorten(" ".join(citation.quote.split()), 300, placeholder=" …")
    yield from textwrap.wrap(f"“{quote}”", width, initial_indent=indent, subsequent_indent=indent)
