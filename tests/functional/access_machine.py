"""Random walks through the product's access model, each step compared with the oracle for every person.

A step changes something at the source, in the product, or just the clock. Then everybody asks the same
question, whose answer every document holds, with a limit above the corpus: what they get must be what
the oracle says they may read, in today's text, no more and no less. Documents whose new access the index
was not told yet may be missing, but never too many.

A sync may be disturbed: the process ends at one of its steps, or everybody asks there. What they get then must be a
text that they may read, either as the source was at the last sync or as it is now; the next sync repairs the rest.
"""

import itertools
from contextlib import nullcontext
from copy import deepcopy
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from unittest.mock import patch

import pytest
import time_machine
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule

from connectors.base import DocumentAccess, ReaderSet, SourceGroup, SourcePrincipal
from ragportal.access import services as access
from ragportal.access.asker import Asker, Situation
from ragportal.access.models import Channel, Classification, Policy, Principal
from ragportal.access.models import ReaderSet as ReaderSetRow
from ragportal.access.scope import AccessScope, scope_for
from ragportal.access.selectors import asker_of
from ragportal.common.errors import Unavailable
from ragportal.common.tenancy import use_tenant
from ragportal.knowledge.documents import index_work
from ragportal.knowledge.documents.reindex import reindex
from ragportal.knowledge.models import Document, Source
from ragportal.knowledge.sync.sync_source import sync_source
from ragportal.search.services import retrieve
from ragportal.tenants.models import Membership, MembershipRole, Role, User
from tests.factories.memory_source import SOURCES, Item, MemorySource
from tests.factories.people import make_department, make_member, make_tenant
from tests.functional.access_disturbances import Crash, Disturbance, disturbances, disturbed
from tests.functional.access_oracle import Named, Paper, Person, Rule, World

PEOPLE, GROUPS, PAPERS, SPACES = 8, 5, 60, 3
QUESTION = "harbour harbour"
NOON = datetime(2026, 3, 3, 12, tzinfo=UTC)

people = st.integers(0, PEOPLE - 1).map(lambda number: f"p{number}@harbour.example")
groups = st.integers(0, GROUPS - 1).map(lambda number: f"group-{number}")
papers = st.one_of(st.integers(0, 7), st.integers(0, PAPERS - 1)).map(lambda number: f"paper-{number:02}")
spaces = st.integers(0, SPACES - 1).map(lambda number: f"space-{number}")
departments = st.sampled_from(["", "hr", "payroll", "sales"])
labels = st.sampled_from([*Classification.values, "unheard of"])
channels = st.sampled_from([Channel.WEB, Channel.SLACK])
named: st.SearchStrategy[Named] = st.one_of(
    people.map(lambda email: ("user", email)),
    groups.map(lambda name: ("group", name)),
    st.just(("audience", "members")),
)
reader_lists = st.lists(st.frozensets(named, max_size=3), max_size=2)
first_papers = st.lists(st.frozensets(named, min_size=2, max_size=5), min_size=8, max_size=16)
first_groups = st.lists(
    st.frozensets(people.map(lambda email: ("user", email)), max_size=4), min_size=GROUPS, max_size=GROUPS
)
conditions = st.fixed_dictionaries(
    {},
    optional={
        "on_classification": st.sampled_from(Classification.values),
        "on_department": st.sampled_from(["hr", "payroll"]),
        "only_channel": channels.map(str),
        "only_department": st.sampled_from(["hr", "sales"]),
        "only_role": st.sampled_from([Role.SECURITY.value, Role.OWNER.value]),
    },
)
_numbers = itertools.count()


class AccessMachine(RuleBasedStateMachine):
    """One company's life; see the module. The counts are of all walks of the process."""

    steps = 0
    searches = 0
    found = 0
    crashes = 0
    asked_in_between = 0

    @initialize(readers=first_papers, members=first_groups, troubles=st.lists(disturbances, min_size=6, max_size=12))
    def found_the_company(
        self, readers: list[frozenset[Named]], members: list[frozenset[Named]], troubles: list[Disturbance]
    ) -> None:
        number = next(_numbers)
        self.clock = time_machine.travel(NOON, tick=False)
        self.time = self.clock.start()
        self.tenant = make_tenant(f"walk-{number}")
        self.current = use_tenant(self.tenant.pk)
        self.current.__enter__()
        self.world = World(parents={"payroll": "hr"})
        hr = make_department("hr")
        self.departments = {
            "hr": hr,
            "payroll": make_department("payroll", parent=hr),
            "sales": make_department("sales"),
        }
        self.askers: dict[str, Asker] = {}
        self.script = SOURCES[f"walk-{number}"] = MemorySource()
        self.source = Source.objects.create(name="wiki", kind="memory", config={"name": f"walk-{number}"})
        access.map_audience_to_members(source_id=self.source.pk, key="members")
        self.untold = False
        self.disturbances: list[Disturbance] = []
        self.told = World()
        for _ in range(5):
            self.somebody_joins()
        self.world.groups = {f"group-{number}": set(some) for number, some in enumerate(members)}
        for paper, some in enumerate(readers):
            name = f"paper-{paper:02}"
            self.world.papers[name] = Paper([self._named_set(some)], "internal", "", self._text(name))
        self._sync()
        self.disturbances = troubles

    def teardown(self) -> None:
        if hasattr(self, "clock"):
            self.current.__exit__(None, None, None)
            self.clock.stop()

    # --- people ---------------------------------------------------------------------------------------------------

    @precondition(lambda self: len(self.world.people) < PEOPLE)
    @rule()
    def somebody_joins(self) -> None:
        email = f"p{len(self.world.people)}@harbour.example"
        member = make_member(email)
        User.objects.filter(pk=member.user_id).update(email_verified_at=NOON)  # an account may come from another walk
        self.askers[email] = asker_of(member)
        self.world.people[email] = Person(email)
        access.link_people()

    @rule(email=people, active=st.booleans())
    def a_person_is_deactivated_or_returns(self, email: str, active: bool) -> None:
        if email in self.world.people:
            Membership.objects.filter(pk=self.askers[email].membership_id).update(is_active=active)
            self.world.people[email].active = active

    @rule(email=people, proven=st.booleans())
    def an_address_is_proven_or_not(self, email: str, proven: bool) -> None:
        if email in self.world.people:
            account = Membership.objects.get(pk=self.askers[email].membership_id).user
            account.email_verified_at = NOON if proven else None
            account.save()
            access.link_people()
            self.world.people[email].proven = proven

    @rule(email=people, department=departments, role=st.sampled_from([None, Role.SECURITY, Role.OWNER]))
    def a_person_changes_department_and_role(self, email: str, department: str, role: Role | None) -> None:
        if email in self.world.people:
            membership = Membership.objects.filter(pk=self.askers[email].membership_id)
            membership.update(department=self.departments.get(department))
            MembershipRole.objects.filter(membership=membership.get()).delete()
            if role:
                MembershipRole.objects.create(membership=membership.get(), role=role)
            person = self.world.people[email]
            person.department, person.roles = department, {str(role)} if role else set()

    # --- the source -------------------------------------------------------------------------------------------------

    @rule(name=groups, members=st.frozensets(named.filter(lambda one: one[0] != "audience"), max_size=4))
    def a_group_is_set(self, name: str, members: frozenset[Named]) -> None:
        for gone in self.world.groups.get(name, set()) - members:
            self.world.membership_ends.pop((name, gone), None)
        self.world.groups[name] = set(members)
        self._sync()

    @rule(name=papers, readers=reader_lists, label=labels, department=departments)
    def a_paper_is_written_or_given_other_readers_and_text(
        self, name: str, readers: list[frozenset[Named]], label: str, department: str
    ) -> None:
        self._write(name, [self._named_set(one) for one in readers], label, department, new_text=True)

    @rule(name=papers, readers=reader_lists, label=labels)
    def a_paper_moves_to_other_readers(self, name: str, readers: list[frozenset[Named]], label: str) -> None:
        if name in self.world.papers:
            self._write(name, [self._named_set(one) for one in readers], label, "", new_text=False)

    @rule(name=papers, label=labels, department=departments)
    def a_paper_is_classified_anew(self, name: str, label: str, department: str) -> None:
        if paper := self.world.papers.get(name):
            self._write(name, paper.readers, label, department, new_text=False)

    @rule(name=papers, space=spaces, more=reader_lists)
    def a_paper_is_put_into_a_space(self, name: str, space: str, more: list[frozenset[Named]]) -> None:
        self.world.reader_sets.setdefault(space, set())
        self._write(name, [space, *(self._named_set(one) for one in more)], "internal", "", new_text=False)

    @rule(space=spaces, principals=st.frozensets(named, max_size=3))
    def a_space_changes_its_readers(self, space: str, principals: frozenset[Named]) -> None:
        if not any(space in paper.readers for paper in self.world.papers.values()):
            return  # a source says who reads a space only with its documents
        for gone in self.world.reader_sets.get(space, set()) - principals:
            self.world.grant_ends.pop((space, gone), None)
        self.world.reader_sets[space] = set(principals)
        self._sync()

    @rule(name=papers)
    def a_paper_is_rewritten(self, name: str) -> None:
        if name in self.world.papers:
            self.world.papers[name].text = self._text(name)
            self._sync()

    @rule(name=papers)
    def a_paper_is_deleted(self, name: str) -> None:
        if name in self.world.papers:
            self.last_deleted = name, self.world.papers.pop(name)
            self._sync()

    @precondition(lambda self: hasattr(self, "last_deleted"))
    @rule()
    def a_paper_is_restored(self) -> None:
        name, paper = self.last_deleted
        self.world.papers.setdefault(name, paper)
        self._sync()

    # --- the product --------------------------------------------------------------------------------------------------

    @rule(name=st.sampled_from(["first", "second"]), fields=conditions)
    def a_policy_is_set(self, name: str, fields: dict[str, str]) -> None:
        self._remove_policy(name)
        stored = {
            key: self.departments[value] if key.endswith("department") else value for key, value in fields.items()
        }
        access.add_policy(name=name, **stored)
        self.world.policies[name] = Rule(**fields)

    @rule(name=st.sampled_from(["first", "second"]))
    def a_policy_is_removed(self, name: str) -> None:
        self._remove_policy(name)

    @rule(name=st.sampled_from(["first", "second"]), enabled=st.booleans())
    def a_policy_is_switched(self, name: str, enabled: bool) -> None:
        if name in self.world.policies:
            access.set_policy_enabled(policy=Policy.objects.get(name=name), enabled=enabled)
            self.world.policies[name].enabled = enabled

    @rule(name=groups, hours=st.integers(1, 5), which=st.integers(0, 3))
    def a_membership_gets_an_end(self, name: str, hours: int, which: int) -> None:
        if members := sorted(self.world.groups.get(name, ())):
            member = members[which % len(members)]
            end = self._now() + timedelta(hours=hours)
            access.add_group_member(group=self._row(("group", name)), member=self._row(member), valid_until=end)
            self.world.membership_ends[name, member] = end

    @rule(name=papers, hours=st.integers(1, 5))
    def a_grant_gets_an_end(self, name: str, hours: int) -> None:
        paper = self.world.papers.get(name)
        if paper and paper.readers and (granted := sorted(self.world.reader_sets[paper.readers[0]])):
            end = self._now() + timedelta(hours=hours)
            row = ReaderSetRow.objects.get(name=self._source_set(paper.readers[0]).name(self.source.pk))
            access.grant(reader_set=row, principal=self._row(granted[0]), valid_until=end)
            self.world.grant_ends[paper.readers[0], granted[0]] = end

    @rule(hours=st.integers(1, 6))
    def time_passes(self, hours: int) -> None:
        self.time.shift(timedelta(hours=hours))

    @rule(days=st.integers(1, 8))
    def nobody_reaches_the_source_for_days(self, days: int) -> None:
        self.time.shift(timedelta(days=days))
        self.script.groups_break = True
        with pytest.raises(Unavailable):
            sync_source(source=self.source)
        self.script.groups_break = False

    @rule(some=st.lists(disturbances, min_size=4, max_size=8))
    def the_next_syncs_are_disturbed(self, some: list[Disturbance]) -> None:
        self.disturbances = some

    @rule()
    def the_index_is_rebuilt(self) -> None:
        reindex(tenant=self.tenant)
        self.untold = False

    @rule()
    def the_index_job_is_put_off_or_done(self) -> None:
        """From now on the index is not told of other rules, or it is told again and catches up."""
        self.untold = not self.untold
        if not self.untold:
            index_work.finish_index_work(tenant=self.tenant)

    # --- what must hold -----------------------------------------------------------------------------------------------

    @invariant()
    def everybody_finds_exactly_what_they_may_read(self) -> None:
        if not hasattr(self, "world"):
            return
        AccessMachine.steps += 1
        behind = set(index_work.documents_behind().values_list("external_id", flat=True)) if self.untold else set()
        ids = dict(Document.objects.values_list("pk", "external_id"))
        rules = dict(Document.objects.filter(removed_at=None).values_list("external_id", "access_rule_id"))
        channel = (Channel.WEB, Channel.SLACK)[AccessMachine.steps % 2]
        for person in self.world.people.values():
            expected = self.world.readable(person, channel, self._now())
            scope = scope_for(self.askers[person.email], Situation(channel))
            in_scope = {name for name, number in rules.items() if number in scope.allowed.ids}
            assert in_scope == expected, f"the scope of {person.email} differs in {in_scope ^ expected}"
            texts, others = self._found(scope)
            found = {ids[document] for document in texts.keys() | others}
            assert found <= expected, f"{person.email} was shown {found - expected}"
            assert found >= expected - behind, f"{person.email} was not shown {expected - behind - found}"
            for document, text in texts.items():
                assert self.world.papers[ids[document]].text in text
            AccessMachine.searches += 1
            AccessMachine.found += len(found)

    def _found(self, scope: AccessScope) -> tuple[dict[int, str], set[int]]:
        """Texts by document, and the documents that are only named as saying the same."""
        retrieval = retrieve(QUESTION, scope, limit=PAPERS + 1)
        named_too = {other.id for passage in retrieval.passages for other in passage.duplicates}
        return {passage.document_id: passage.text for passage in retrieval.passages}, named_too

    # --- means --------------------------------------------------------------------------------------------------------

    def _now(self) -> datetime:
        return datetime.now(UTC)

    def _write(self, name: str, readers: list[str], label: str, department: str, *, new_text: bool) -> None:
        known = self.world.papers.get(name)
        text = self._text(name) if new_text or known is None else known.text
        classification = label if label in Classification.values else Classification.RESTRICTED.value
        self.world.papers[name] = Paper(readers, classification, department, text)
        self._sync()

    def _text(self, name: str) -> str:
        return f"The harbour {name} {' '.join(f'w{next(_numbers)}' for _ in range(12))}"

    def _named_set(self, principals: frozenset[Named]) -> str:
        key = "/".join(f"{kind} {name}" for kind, name in sorted(principals))
        self.world.reader_sets.setdefault(key, set(principals))
        return key

    def _source_set(self, readers: str) -> ReaderSet:
        principals = frozenset(
            SourcePrincipal(kind, key, email=key if kind == "user" else "")
            for kind, key in self.world.reader_sets[readers]
        )
        return ReaderSet(principals, ("space", readers) if readers.startswith("space-") else None)

    def _row(self, principal: Named) -> Principal:
        return Principal.objects.get(source_id=self.source.pk, kind=principal[0], key=principal[1])

    def _remove_policy(self, name: str) -> None:
        if name in self.world.policies:
            access.remove_policy(policy=Policy.objects.get(name=name))
            del self.world.policies[name]

    def _sync(self) -> None:
        """Let the source say what the world holds, and let the product take it over."""
        self.script.groups = [
            SourceGroup(
                SourcePrincipal("group", name),
                frozenset(SourcePrincipal(kind, key, email=key if kind == "user" else "") for kind, key in members),
            )
            for name, members in self.world.groups.items()
        ]
        self.script.items = {
            name: Item(paper.text, self._access(paper), fingerprint=paper.text)
            for name, paper in self.world.papers.items()
        }
        put_off = patch("ragportal.knowledge.sync.sync_source.finish_index_work") if self.untold else nullcontext()
        disturbance = self.disturbances.pop() if self.disturbances else None
        with put_off:
            try:
                with disturbed(disturbance, self._everybody_asks_in_between):
                    sync_source(source=self.source)
            except Crash:
                AccessMachine.crashes += 1
                self._everybody_asks_in_between()
                sync_source(source=self.source)
        self.world.as_of = self._now()
        self.told = deepcopy(self.world)

    def _everybody_asks_in_between(self) -> None:
        """While the product learns of the source, it may show what was true at the last sync or what is true now."""
        AccessMachine.asked_in_between += 1
        before, now = self.world.with_source_of(self.told), replace(self.world, as_of=self._now())
        ids = dict(Document.objects.values_list("pk", "external_id"))
        for person in self.world.people.values():
            worlds = [(world, world.readable(person, Channel.WEB, self._now())) for world in (before, now)]
            texts, others = self._found(scope_for(self.askers[person.email], Situation(Channel.WEB)))
            for document in others:
                assert any(ids[document] in readable for _, readable in worlds)
            for document, text in texts.items():
                name = ids[document]
                assert any(name in readable and world.papers[name].text in text for world, readable in worlds), (
                    f"{person.email} was shown a text of {name} in between"
                )

    def _access(self, paper: Paper) -> DocumentAccess:
        sets = tuple(self._source_set(readers) for readers in paper.readers)
        return DocumentAccess(sets, paper.classification, paper.department)
