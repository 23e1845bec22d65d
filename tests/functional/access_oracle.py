"""The access model once more, as plainly as it can be said: no index, no numbers, no cache, no SQL.

It is what a walk through the product is compared with, so it shares no code with the product.
"""

from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta

HIDDEN_AFTER = timedelta(days=7)
GroupName = str
Named = tuple[str, str]  # ("user" | "group" | "audience", key)


@dataclass
class Person:
    email: str
    active: bool = True
    proven: bool = True
    department: str = ""
    roles: set[str] = field(default_factory=set)


@dataclass
class Paper:
    """A document at the source. `readers`: names of reader sets, all of which must contain the person."""

    readers: list[str]
    classification: str
    department: str
    text: str


@dataclass
class Rule:
    """A policy: on which papers, and what it demands."""

    on_classification: str = ""
    on_department: str = ""
    only_channel: str = ""
    only_department: str = ""
    only_role: str = ""
    enabled: bool = True


@dataclass
class World:
    people: dict[str, Person] = field(default_factory=dict)
    groups: dict[GroupName, set[Named]] = field(default_factory=dict)
    membership_ends: dict[tuple[GroupName, Named], datetime] = field(default_factory=dict)
    reader_sets: dict[str, set[Named]] = field(default_factory=dict)
    grant_ends: dict[tuple[str, Named], datetime] = field(default_factory=dict)
    papers: dict[str, Paper] = field(default_factory=dict)
    policies: dict[str, Rule] = field(default_factory=dict)
    parents: dict[str, str] = field(default_factory=dict)
    as_of: datetime | None = None  # when the product last learned all of this

    def with_source_of(self, told: "World") -> "World":
        """Today's people and policies, and the source as it was when `told` was learned."""
        return replace(
            self,
            papers=told.papers,
            groups=told.groups,
            reader_sets=told.reader_sets,
            membership_ends={**told.membership_ends, **self.membership_ends},
            grant_ends={**told.grant_ends, **self.grant_ends},
        )

    def readable(self, person: Person, channel: str, now: datetime) -> set[str]:
        """Every paper this person may read."""
        if not person.active or self.as_of is None or now >= self.as_of + HIDDEN_AFTER:
            return set()
        who = self.principals(person, now)
        return {
            name
            for name, paper in self.papers.items()
            if paper.readers
            and all(self.contains(readers, who, now) for readers in paper.readers)
            and all(self.permits(policy, paper, person, channel) for policy in self.policies.values())
        }

    def principals(self, person: Person, now: datetime) -> set[Named]:
        who: set[Named] = {("audience", "members")}
        if person.proven:
            who.add(("user", person.email))
        while True:
            more = {
                ("group", group)
                for group, members in self.groups.items()
                for member in members
                if member in who and self.is_open(self.membership_ends.get((group, member)), now)
            }
            if more <= who:
                return who
            who |= more

    def contains(self, readers: str, who: set[Named], now: datetime) -> bool:
        return any(
            one in who and self.is_open(self.grant_ends.get((readers, one)), now) for one in self.reader_sets[readers]
        )

    def permits(self, policy: Rule, paper: Paper, person: Person, channel: str) -> bool:
        applies = (
            policy.enabled
            and policy.on_classification in ("", paper.classification)
            and (not policy.on_department or policy.on_department in self.lineage(paper.department))
        )
        if not applies:
            return True
        demands = []
        if policy.only_channel:
            demands.append(policy.only_channel == channel)
        if policy.only_department:
            demands.append(policy.only_department in self.lineage(person.department))
        if policy.only_role:
            demands.append(policy.only_role in person.roles)
        return bool(demands) and all(demands)

    def lineage(self, department: str) -> set[str]:
        found = set()
        while department:
            found.add(department)
            department = self.parents.get(department, "")
        return found

    @staticmethod
    def is_open(end: datetime | None, now: datetime) -> bool:
        return end is None or end > now
