"""Why a person may or may not read what stands under an access rule, in words for a security officer.

The words are made from the same rows as the decision, and the decision itself is taken by the same
SQL as every search; should the two ever disagree, the decision counts and the explanation says so.
"""

from collections import deque
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Q
from django.utils import timezone

from ragportal.access.as_of import hidden_from
from ragportal.access.asker import Asker, Situation
from ragportal.access.models import (
    AccessRule,
    Channel,
    GroupMember,
    IdentityLink,
    MembersAudience,
    Policy,
    Principal,
    ReaderSet,
    SourceAccess,
)
from ragportal.access.policies import attributes_of, policies_for
from ragportal.access.readable import own_principals, readable_among
from ragportal.tenants.models import Membership, Role

NAMED_PRINCIPALS = 8
"""Readers of a set named at most; the rest is counted."""


@dataclass(frozen=True, slots=True)
class Condition:
    """One thing that must hold, whether it does, and why."""

    holds: bool
    sentence: str
    details: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Explanation:
    """The decision and every condition it rests on. Allowed exactly when all conditions hold."""

    allowed: bool
    conditions: tuple[Condition, ...]


def explain_rule(*, asker: Asker, rule: AccessRule, situation: Situation) -> Explanation:
    """Why this asker may or may not read documents under the rule, in this situation, now."""
    now = timezone.now()
    chains = _chains(asker, now)
    attributes = attributes_of(rule)
    policies = policies_for(asker, situation)
    conditions = [
        _person_is_active(asker),
        _source_is_known(rule, now),
        *_reader_set_conditions(rule, chains, now),
        *(_policy_condition(policy, met=policies.is_met(policy)) for policy in policies.matching(attributes)),
    ]
    decided = _readable(asker, rule, now) and policies.permit(attributes)
    if decided != all(condition.holds for condition in conditions):
        conditions.append(Condition(False, "The explanation does not agree with the decision: report this."))
    return Explanation(allowed=decided, conditions=tuple(conditions))


def _readable(asker: Asker, rule: AccessRule, now: datetime) -> bool:
    return any(row[-1] for row in readable_among(asker, now, [rule.pk]).rows())


def _person_is_active(asker: Asker) -> Condition:
    person = Membership.objects.select_related("user").filter(pk=asker.membership_id).first()
    if person is None:
        return Condition(False, "The person is no member of this company.")
    if not (person.is_active and person.user.is_active):
        return Condition(False, f"{person.user} is deactivated.")
    return Condition(True, f"{person.user} is an active member.")


def _source_is_known(rule: AccessRule, now: datetime) -> Condition:
    as_of = SourceAccess.objects.filter(source_id=rule.source_id).values_list("as_of", flat=True).first()
    if as_of is None:
        return Condition(False, "The permissions of its source were never read.")
    if hidden_from(as_of) <= now:
        since = f"since {_day(hidden_from(as_of))} its documents are hidden, until they can be read again"
        return Condition(False, f"The permissions of its source were last known on {_day(as_of)}: {since}.")
    return Condition(True, f"The permissions of its source are known as of {_day(as_of)} {as_of:%H:%M} UTC.")


def _reader_set_conditions(rule: AccessRule, chains: dict[int, str], now: datetime) -> Iterable[Condition]:
    demands = [row.reader_set for row in rule.reader_set_rows.select_related("reader_set").order_by("reader_set__name")]
    if not demands or rule.set_count != len(demands):
        yield Condition(False, "The source names no readers for this document, so nobody may read it.")
    for reader_set in demands:
        yield _reader_set_condition(reader_set, chains, now)


def _reader_set_condition(reader_set: ReaderSet, chains: dict[int, str], now: datetime) -> Condition:
    grants = (
        reader_set.grants.filter(_valid(now)).select_related("principal").order_by("principal__kind", "principal__key")
    )
    granted = [(row.principal, row.since) for row in grants]
    container = reader_set.name.split(":")[1]
    what = "Readers named by the source" if container == "hash" else f"Readers of {container} {reader_set.name}"
    for principal, since in granted:
        if principal.pk in chains:
            return Condition(
                True, f"{what}: {principal} is one of them (since {_day(since)}).", (chains[principal.pk],)
            )
    named = ", ".join(str(principal) for principal, _ in granted[:NAMED_PRINCIPALS]) or "nobody"
    more = f" and {len(granted) - NAMED_PRINCIPALS} more" if len(granted) > NAMED_PRINCIPALS else ""
    return Condition(False, f"{what}: the person is none of them, and in none of them.", (f"Let in: {named}{more}.",))


def _policy_condition(policy: Policy, *, met: bool) -> Condition:
    demands = [
        policy.only_channel and f"asked on: {Channel(policy.only_channel).label}",
        policy.only_department and f"department of the person: {policy.only_department}",
        policy.only_role and f"role of the person: {Role(policy.only_role).label}",
    ]
    told = "; ".join(demand for demand in demands if demand) or "nobody passes"
    return Condition(met, f"Policy “{policy.name}” demands {told}.")


def _chains(asker: Asker, now: datetime) -> dict[int, str]:
    """For each principal of the asker, how they come to be it; shortest way first."""
    own = {principal for (principal,) in own_principals(asker, now).rows()}
    told = _first_links(asker, own)
    names = {row.pk: str(row) for row in Principal.objects.filter(pk__in=own)}
    upward: dict[int, list[GroupMember]] = {}
    for row in GroupMember.objects.filter(_valid(now), member_id__in=own).order_by("group_id"):
        upward.setdefault(row.member_id, []).append(row)
    queue = deque(told)
    while queue:
        member = queue.popleft()
        for row in upward.get(member, ()):
            if row.group_id in own and row.group_id not in told:
                told[row.group_id] = f"{told[member]} → in {names[row.group_id]} (since {_day(row.since)})"
                queue.append(row.group_id)
    return told


def _first_links(asker: Asker, own: set[int]) -> dict[int, str]:
    links = IdentityLink.objects.filter(membership_id=asker.membership_id, principal_id__in=own)
    told = {
        link.principal_id: f"{link.principal} by {link.get_method_display()} (since {_day(link.linked_at)})"
        for link in links.select_related("principal").order_by("principal_id")
    }
    for audience in MembersAudience.objects.filter(principal_id__in=own).select_related("principal"):
        told.setdefault(
            audience.principal_id,
            f"{audience.principal}: an administrator made it mean every member (since {_day(audience.decided_at)})",
        )
    return told


def _valid(now: datetime) -> Q:
    return Q(valid_until=None) | Q(valid_until__gt=now)


def _day(moment: datetime) -> str:
    return f"{moment.day} {moment:%b %Y}"
