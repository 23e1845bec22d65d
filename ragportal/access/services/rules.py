"""Access rules: found by their content, or made."""

import hashlib
import json
from collections.abc import Iterable

from django.db.models import Q

from connectors.base import DocumentAccess
from ragportal.access.changes import Kind, note_changes
from ragportal.access.models import AccessRule, Classification, Policy, ReaderSet, RuleReaderSet
from ragportal.access.policies import RuleAttributes
from ragportal.access.services.reader_sets import reader_set_for
from ragportal.common.rows import tenant_transaction
from ragportal.tenants.models import Department

_SEVERITY = tuple(Classification.values)


def rule_for(*, source_id: int, access: DocumentAccess) -> AccessRule:
    """The rule for what a source says of one document.

    No classification = internal, an unknown one = restricted; an unknown department = none. No reader
    set, or one without principals, gives a rule that lets nobody in.
    """
    attributes = RuleAttributes(classification_of(access.classification), _department_id(access.department), source_id)
    with tenant_transaction():
        sets = [reader_set_for(source_id=source_id, readers=readers) for readers in access.reader_sets]
        return _rule(attributes, {row.pk: row for row in sets}.values())


def narrowed_rule(*, first: AccessRule, second: AccessRule) -> AccessRule:
    """A rule under which nobody reads who is not allowed by both: for a text on its way from one to the other.

    A rule has one set of attributes. Where the two differ in them and a policy that is on might tell them
    apart, nobody reads until the way is done.
    """
    with tenant_transaction():
        sets = {row.reader_set_id: row.reader_set for rule in (first, second) for row in _demands(rule)}
        severest = max(first.classification, second.classification, key=_SEVERITY.index)
        attributes = RuleAttributes(severest, second.department_id, second.source_id)
        differ = (first.classification, first.department_id) != (second.classification, second.department_id)
        unreadable = 0 in (first.set_count, second.set_count)
        if unreadable or (differ and Policy.objects.filter(enabled=True).exists()):
            return _rule(attributes, ())
        return _rule(attributes, sets.values())


def classification_of(label: str) -> Classification:
    """A source's label as one of the four: "" = internal, unknown = restricted; case and blanks do not count."""
    cleaned = label.strip().lower()
    if not cleaned:
        return Classification.INTERNAL
    return Classification(cleaned) if cleaned in _SEVERITY else Classification.RESTRICTED


def _rule(attributes: RuleAttributes, sets: Iterable[ReaderSet]) -> AccessRule:
    ordered = sorted(sets, key=lambda row: row.name)
    content = json.dumps([*attributes, [row.name for row in ordered]])
    rule, made = AccessRule.objects.get_or_create(
        digest=hashlib.sha256(content.encode()).hexdigest(),
        defaults={**attributes._asdict(), "set_count": len(ordered)},
    )
    if made:
        RuleReaderSet.objects.bulk_create(RuleReaderSet(rule=rule, reader_set=row) for row in ordered)
        note_changes([(Kind.RULE, rule.pk)])
    return rule


def _demands(rule: AccessRule) -> Iterable[RuleReaderSet]:
    demands: Iterable[RuleReaderSet] = rule.reader_set_rows.select_related("reader_set")
    return demands


def _department_id(label: str) -> int | None:
    cleaned = label.strip().lower()
    if not cleaned:
        return None
    named = Department.objects.filter(Q(slug=cleaned) | Q(name__iexact=cleaned)).order_by("id")
    found: int | None = named.values_list("id", flat=True).first()
    return found
