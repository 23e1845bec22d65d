"""`manage.py explain_access EMAIL DOCUMENT`: may this person read it, and why."""

import json
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from ragportal.access.asker import Situation
from ragportal.access.explanations import Explanation
from ragportal.access.models import Channel
from ragportal.access.selectors import asker_of
from ragportal.audit import services as audit
from ragportal.common.errors import ProductError
from ragportal.common.tenancy import use_tenant
from ragportal.knowledge.explanations import explain_document, find_document
from ragportal.knowledge.models import Document
from ragportal.tenants.models import Membership
from ragportal.tenants.selectors import membership_of


class Command(BaseCommand):
    help = "Say whether a person may read a document, and every reason for it."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("email", help="the person")
        parser.add_argument("document", help="id at the source (for files: the path), number or title")
        parser.add_argument("--tenant", help="short name of the tenant; needed if the person is in several")
        parser.add_argument(
            "--channel", choices=Channel.values, default=Channel.WEB, help="where the question is asked (default: web)"
        )
        parser.add_argument("--json", action="store_true", help="one JSON object on standard output")

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            membership = membership_of(email=options["email"], tenant_slug=options["tenant"])
            with use_tenant(membership.tenant.pk):
                document = find_document(name=options["document"])
                explanation = explain_document(
                    asker=asker_of(membership), document=document, situation=Situation(Channel(options["channel"]))
                )
                _record(membership, document, explanation)
        except ProductError as error:
            raise CommandError(str(error)) from error
        self.stdout.write(
            _as_json(membership, document, explanation)
            if options["json"]
            else _as_text(membership, document, explanation)
        )


def _record(membership: Membership, document: Document, explanation: Explanation) -> None:
    audit.record(
        tenant_id=membership.tenant.pk,
        action="access.explained",
        actor_id=None,
        subjects={"membership": membership.pk, "documents": [document.pk]},
        decision="readable" if explanation.allowed else "not readable",
        payload=None,
    )


def _as_json(membership: Membership, document: Document, explanation: Explanation) -> str:
    conditions = [
        {"holds": one.holds, "condition": one.sentence, "details": list(one.details)} for one in explanation.conditions
    ]
    return json.dumps(
        {
            "person": membership.user.email,
            "document": document.external_id,
            "title": document.title,
            "allowed": explanation.allowed,
            "conditions": conditions,
        },
        ensure_ascii=False,
    )


def _as_text(membership: Membership, document: Document, explanation: Explanation) -> str:
    verdict = "YES, because all of these hold:" if explanation.allowed else "NO, because not all of these hold:"
    lines = [
        f"May {membership.user} <{membership.user.email}> read “{document.title}” ({document.external_id})?",
        verdict,
    ]
    for number, condition in enumerate(explanation.conditions, start=1):
        lines.append(f" {number}. [{'yes' if condition.holds else 'NO'}] {condition.sentence}")
        lines.extend(f"        {detail}" for detail in condition.details)
    return "\n".join(lines)
