"""Readable rules per asker, kept between questions and patched by what changed since.

Not a cache by time: each use first reads the changes committed since the entry's number. Changes of
reader sets and new rules are evaluated one by one; a change of the asker's own principals, a
tenant-wide one, or very many at once rebuild the entry, as does the first expiry of a grant, a
membership or a link that the asker uses, and the moment at which a source becomes too old to be believed.
"""

import threading
from collections import OrderedDict, defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

from integrations.index.base import AllowedRules
from ragportal.access.as_of import next_hiding
from ragportal.access.asker import Asker
from ragportal.access.changes import Kind, changes_since, current_number
from ragportal.access.models import RuleReaderSet
from ragportal.access.policies import RuleAttributes
from ragportal.access.readable import first_expiry, own_principals, readable_among, readable_rules

PATCH_LIMIT = 500
"""Rules evaluated one by one at most; above it, one pass over all rules is cheaper."""

Account = tuple[bool, bool, str, datetime | None]
"""What of the person itself decides: membership active, account active, e-mail, when it was verified."""


@dataclass(frozen=True)
class ReadableRules:
    """What reader sets alone allow one asker as of a change number, before policies."""

    number: int
    account: Account
    principals: frozenset[int]
    expires_at: datetime | None
    by_attributes: dict[RuleAttributes, frozenset[int]]
    unions: dict[frozenset[RuleAttributes], AllowedRules] = field(default_factory=dict)

    def allowed(self, attributes: frozenset[RuleAttributes]) -> AllowedRules:
        """The rules with one of these attributes. The same attributes give the same object, so that what
        it computes once (its sorted array) serves every later question."""
        known = self.unions.get(attributes)
        if known is None:
            parts = [self.by_attributes[one] for one in attributes]
            known = AllowedRules(parts[0] if len(parts) == 1 else frozenset().union(*parts))
            self.unions[attributes] = known
        return known

    @property
    def size(self) -> int:
        """How many rules it holds."""
        return sum(len(rules) for rules in self.by_attributes.values())


class ScopeCache:
    """The entries used last in this process, as many as together hold `kept_rules`. Thread-safe."""

    def __init__(self, kept_rules: int) -> None:
        self._kept_rules = kept_rules
        self._entries: OrderedDict[Asker, ReadableRules] = OrderedDict()
        self._lock = threading.Lock()

    def readable(self, asker: Asker, account: Account, now: datetime) -> ReadableRules:
        """The asker's readable rules as of the newest committed change."""
        with self._lock:
            entry = self._entries.get(asker)
        fresh = _refreshed(entry, asker, account, now)
        if fresh is not entry:
            with self._lock:
                self._entries[asker] = fresh
                self._drop_oldest()
        return fresh

    def clear(self) -> None:
        """Forget everything; the next questions build anew."""
        with self._lock:
            self._entries.clear()

    def _drop_oldest(self) -> None:
        total = sum(entry.size for entry in self._entries.values())
        while total > self._kept_rules and len(self._entries) > 1:
            total -= self._entries.popitem(last=False)[1].size


def _refreshed(entry: ReadableRules | None, asker: Asker, account: Account, now: datetime) -> ReadableRules:
    if entry is None or entry.account != account or (entry.expires_at is not None and entry.expires_at <= now):
        return _build(asker, account, now)
    number = current_number()
    if number == entry.number:
        return entry
    changes = changes_since(entry.number) if number > entry.number else None
    if changes is None or any(_concerns(change, entry, asker) for change in changes):
        return _build(asker, account, now)
    rules = _rules_to_evaluate(changes)
    if len(rules) > PATCH_LIMIT:
        return _build(asker, account, now)
    by_attributes = _patched(entry, rules, asker, now)
    return ReadableRules(number, account, entry.principals, _first_expiry(asker, now), by_attributes)


def _build(asker: Asker, account: Account, now: datetime) -> ReadableRules:
    """Evaluate everything. The number is read first: a change committed meanwhile is patched in next time."""
    number = current_number()
    principals = frozenset(row[0] for row in own_principals(asker, now).rows())
    grouped: dict[tuple[Any, ...], list[int]] = defaultdict(list)
    for row in readable_rules(asker, now).rows():
        grouped[row[1:]].append(row[0])
    by_attributes = {RuleAttributes(*attributes): frozenset(rules) for attributes, rules in grouped.items()}
    return ReadableRules(number, account, principals, _first_expiry(asker, now), by_attributes)


def _concerns(change: tuple[str, int], entry: ReadableRules, asker: Asker) -> bool:
    """Whether a change touches the asker's own principals, so that patching rule by rule is not enough."""
    kind, subject = change
    return (
        kind == Kind.EVERYTHING
        or (kind == Kind.PRINCIPAL and subject in entry.principals)
        or (kind == Kind.PERSON and subject == asker.membership_id)
    )


def _rules_to_evaluate(changes: Iterable[tuple[str, int]]) -> set[int]:
    sets = {subject for kind, subject in changes if kind == Kind.READER_SET}
    rules = {subject for kind, subject in changes if kind == Kind.RULE}
    if len(sets) + len(rules) <= PATCH_LIMIT:
        demanding = RuleReaderSet.objects.filter(reader_set__in=sets).values_list("rule_id", flat=True)
        rules.update(demanding[: PATCH_LIMIT + 1])
        return rules
    return rules | sets  # only its size counts: too many to patch


def _patched(
    entry: ReadableRules, rules: set[int], asker: Asker, now: datetime
) -> dict[RuleAttributes, frozenset[int]]:
    gained: dict[RuleAttributes, set[int]] = defaultdict(set)
    lost: dict[RuleAttributes, set[int]] = defaultdict(set)
    for rule, *values, is_readable in readable_among(asker, now, rules).rows() if rules else ():
        (gained if is_readable else lost)[RuleAttributes(*values)].add(rule)
    patched = dict(entry.by_attributes)
    for attributes in gained.keys() | lost.keys():
        patched[attributes] = patched.get(attributes, frozenset()) - lost[attributes] | gained[attributes]
    return patched


def _first_expiry(asker: Asker, now: datetime) -> datetime | None:
    moment: str | datetime | None = first_expiry(asker, now).rows()[0][0]
    if isinstance(moment, str):  # SQLite keeps UTC as text
        moment = datetime.fromisoformat(moment).replace(tzinfo=UTC)
    return min((one for one in (moment, next_hiding(now)) if one is not None), default=None)
