"""Policies: conditions on person, rule and situation that narrow what reader sets allow.

Who joins policies with rows read by another statement reads the policies before and after it, and
takes only what both permit: so a policy that is switched meanwhile opens nothing.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import NamedTuple

from ragportal.access.asker import Asker, Situation
from ragportal.access.models import AccessRule, Policy
from ragportal.tenants.models import Department, MembershipRole


class RuleAttributes(NamedTuple):
    """What a policy may test of an access rule."""

    classification: str
    department_id: int | None
    department_is_unknown: bool
    source_id: int


def attributes_of(rule: AccessRule) -> RuleAttributes:
    """What policies test of this rule."""
    return RuleAttributes(rule.classification, rule.department_id, rule.department_is_unknown, rule.source_id)


@dataclass(frozen=True, slots=True)
class Policies:
    """The enabled policies of a tenant, beside the person and situation they are tested for."""

    policies: tuple[Policy, ...]
    parents: Mapping[int, int | None]
    person_departments: frozenset[int]
    person_roles: frozenset[str]
    situation: Situation

    def permit(self, rule: RuleAttributes) -> bool:
        """True if no policy refuses."""
        return not any(True for _ in self.refusing(rule))

    def refusing(self, rule: RuleAttributes) -> Iterable[Policy]:
        """The policies that keep this person, here and now, from documents under such a rule."""
        return (policy for policy in self.matching(rule) if not self.is_met(policy))

    def matching(self, rule: RuleAttributes) -> Iterable[Policy]:
        """The policies that apply to such a rule, whether met or not."""
        departments = with_ancestors(rule.department_id, self.parents)
        return (policy for policy in self.policies if _applies(policy, rule, departments))

    def is_met(self, policy: Policy) -> bool:
        """Whether the person and situation fulfil every demand; a policy that demands nothing lets nobody pass."""
        demands = [
            (policy.only_channel, policy.only_channel == self.situation.channel),
            (policy.only_department_id, policy.only_department_id in self.person_departments),
            (policy.only_role, policy.only_role in self.person_roles),
        ]
        met = [holds for demand, holds in demands if demand]
        return bool(met) and all(met)


def _applies(policy: Policy, rule: RuleAttributes, rule_departments: frozenset[int]) -> bool:
    return (
        policy.on_classification in ("", rule.classification)
        and (
            policy.on_department_id is None
            or policy.on_department_id in rule_departments
            or rule.department_is_unknown  # it may be the very one
        )
        and policy.on_source_id in (None, rule.source_id)
    )


def with_ancestors(department_id: int | None, parents: Mapping[int, int | None]) -> frozenset[int]:
    """A department and all it lies in; empty for none. A cycle ends where it closes."""
    found: set[int] = set()
    while department_id is not None and department_id not in found:
        found.add(department_id)
        department_id = parents.get(department_id)
    return frozenset(found)


def policies_for(asker: Asker, situation: Situation) -> Policies:
    """Read the policies and the person's departments and roles as they are now; one query where there is no policy."""
    policies = tuple(Policy.objects.filter(enabled=True).order_by("id"))
    if not policies:
        return Policies((), {}, frozenset(), frozenset(), situation)
    parents = dict(Department.objects.values_list("id", "parent_id"))
    roles = MembershipRole.objects.filter(membership_id=asker.membership_id).values_list("role", flat=True)
    own = Department.objects.filter(members__id=asker.membership_id).values_list("id", flat=True).first()
    return Policies(
        policies=policies,
        parents=parents,
        person_departments=with_ancestors(own, parents),
        person_roles=frozenset(roles),
        situation=situation,
    )
