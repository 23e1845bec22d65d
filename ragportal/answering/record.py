"""Who asked, what they were shown and why: written before anybody sees the answer."""

from collections.abc import Mapping, Sequence

from django.db import DatabaseError

from ragportal.access.asker import Asker, Situation
from ragportal.access.models import Channel
from ragportal.answering.results import Citation, Confidence
from ragportal.audit import services as audit
from ragportal.common.engines import the_embedder
from ragportal.common.errors import Unavailable
from ragportal.costs.models import Purpose
from ragportal.costs.services import record_usage
from ragportal.knowledge.models import Document
from ragportal.search.results import DocumentReference
from ragportal.tenants.models import Membership


def record_answer(
    *,
    asker: Asker,
    situation: Situation,
    question: str,
    confidence: Confidence,
    citations: Sequence[Citation],
    nearest: Sequence[DocumentReference],
) -> int:
    """Append the audit record and return its sequence. The question's words go into the erasable payload alone.

    On the command line it is the operator who acts, in the asker's place.

    Raises Unavailable if the record cannot be written: then nothing may be shown.
    """
    documents = sorted({citation.document_id for citation in citations})
    named = sorted({reference.id for reference in nearest})
    try:
        return audit.record(
            tenant_id=asker.tenant_id,
            action="question.answered",
            actor_id=None if situation.channel == Channel.COMMAND_LINE else asker.membership_id,
            subjects={
                "asker": asker.membership_id,
                "channel": str(situation.channel),
                "documents": documents,
                "versions": sorted({citation.version_id for citation in citations}),
                "chunks": sorted({chunk for citation in citations for chunk in citation.chunk_ids}),
                "nearest": named,
                "rules": _rules_of([*documents, *named]),
            },
            decision=confidence.name.lower(),
            payload={"question": question},
        )
    except (DatabaseError, OSError) as error:
        raise _not_recorded() from error


def record_cost(*, asker: Asker, situation: Situation, tokens: int, milliseconds: Mapping[str, float]) -> None:
    """Note what the question used. `tokens`: embedded for it. Raises Unavailable if the ledger cannot be written."""
    department = Membership.objects.filter(pk=asker.membership_id).values_list("department_id", flat=True).first()
    try:
        record_usage(
            tenant_id=asker.tenant_id,
            purpose=Purpose.QUESTION,
            model=the_embedder().model_id,
            input_tokens=tokens,
            output_tokens=0,
            milliseconds=milliseconds,
            membership_id=asker.membership_id,
            department_id=department,
            channel=str(situation.channel),
        )
    except DatabaseError as error:
        raise _not_recorded() from error


def _rules_of(documents: Sequence[int]) -> list[int]:
    rules = Document.objects.filter(pk__in=documents).values_list("access_rule_id", flat=True)
    return sorted(set(rules))


def _not_recorded() -> Unavailable:
    return Unavailable(
        "The question could not be recorded.",
        kept="No answer is shown without a record.",
        todo="Ask again in a moment; if it goes on, tell your administrator.",
    )
