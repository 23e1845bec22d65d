"""Access rules: found by their content, or made."""

import hashlib
import json
import unicodedata
from collections.abc import Iterable

from connectors.base import DocumentAccess
from ragportal.access.changes import Kind, note_changes, take_turn
from ragportal.access.models import AccessRule, Classification, ReaderSet, RuleReaderSet
from ragportal.access.policies import RuleAttributes, attributes_of
from ragportal.access.services.reader_sets import reader_set_for
from ragportal.access.services.sources import begin_access
from ragportal.common.rows import tenant_transaction
from ragportal.tenants.models import Department


def rule_for(*, source_id: int, access: DocumentAccess) -> AccessRule:
    """The rule for what a source says of one document.

    No classification = internal, an unknown one = restricted. A department that we do not know, or of which
    two bear the name, counts as every department that a policy is on. No reader set, or one without
    principals, gives a rule that lets nobody in.
    """
    department, is_unknown = _department(access.department)
    attributes = RuleAttributes(classification_of(access.classification), department, is_unknown, source_id)
    with tenant_transaction():
        sets = [reader_set_for(source_id=source_id, readers=readers) for readers in access.reader_sets]
        return _rule(attributes, {row.pk: row for row in sets}.values())


def narrowed_rule(*, first: AccessRule, second: AccessRule) -> AccessRule:
    """A rule under which nobody reads who is not allowed by both: for a text on its way from one to the other.

    A rule has one set of attributes, and a policy might tell two sets apart, today or tomorrow: where the rules
    differ in them, nobody reads until the way is done.
    """
    attributes = attributes_of(second)
    with tenant_transaction():
        if attributes_of(first) != attributes or 0 in (first.set_count, second.set_count):
            return _rule(attributes, ())
        sets = {row.reader_set_id: row.reader_set for rule in (first, second) for row in _demands(rule)}
        return _rule(attributes, sets.values())


def classification_of(label: str) -> Classification:
    """A source's label as one of the four: "" = internal, unknown = restricted; case and blanks do not count."""
    cleaned = label.strip().lower()
    if not cleaned:
        return Classification.INTERNAL
    return Classification(cleaned) if cleaned in Classification.values else Classification.RESTRICTED


def _rule(attributes: RuleAttributes, sets: Iterable[ReaderSet]) -> AccessRule:
    ordered = sorted(sets, key=lambda row: row.name)
    content = json.dumps([*attributes, [row.name for row in ordered]])
    digest = hashlib.sha256(content.encode()).hexdigest()
    known = AccessRule.objects.filter(digest=digest).first()
    if known is not None:
        return known
    take_turn()
    rule, made = AccessRule.objects.get_or_create(
        digest=digest, defaults={**attributes._asdict(), "set_count": len(ordered)}
    )
    if made:
        RuleReaderSet.objects.bulk_create(RuleReaderSet(rule=rule, reader_set=row) for row in ordered)
        begin_access(source_id=attributes.source_id)
        note_changes([(Kind.RULE, rule.pk)])
    return rule


def _demands(rule: AccessRule) -> Iterable[RuleReaderSet]:
    demands: Iterable[RuleReaderSet] = rule.reader_set_rows.select_related("reader_set")
    return demands


def _department(label: str) -> tuple[int | None, bool]:
    """The department of this short name or name, and whether one is named that cannot be told."""
    wanted = _folded(label)
    if not wanted:
        return None, False
    rows = Department.objects.values_list("id", "slug", "name")
    found = [department for department, slug, name in rows if wanted in (_folded(slug), _folded(name))]
    return (found[0], False) if len(found) == 1 else (None, True)


def _folded(label: str) -> str:
    """For comparison: case, blanks around and ways to write an accent do not count. SQLite itself folds ASCII only."""
    return unicodedata.normalize("NFC", label).strip().casefold()
