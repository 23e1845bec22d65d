"""Who joins a group meets no document that left it before; who leaves it meets no text that it is given after."""

import pytest

from connectors.base import DocumentAccess, ReaderSet, SourceGroup, SourcePrincipal
from connectors.files.connector import FilesConnector
from ragportal.common.errors import Unavailable
from ragportal.knowledge.models import SyncRun
from ragportal.knowledge.sync.add_source import add_source
from ragportal.knowledge.sync.sync_source import sync_source
from tests.factories.memory_source import person, readers
from tests.factories.people import make_member

BOSS, EVE = "boss@harbour.example", "eve@harbour.example"
TEAM = SourcePrincipal("group", "team", name="team")
TEAM_ONLY = DocumentAccess((ReaderSet(frozenset({TEAM})),))


def team(*emails):
    return [SourceGroup(TEAM, frozenset(map(person, emails)))]


@pytest.fixture
def boss(tenant):
    return make_member(BOSS)


@pytest.fixture
def eve(tenant):
    return make_member(EVE)


class TestJoining:
    def test_counts_at_the_end_of_the_first_sync(self, source, memory, eve, seen_by):
        memory.groups = team(EVE)
        memory.put("plan", "The secret plan.", TEAM_ONLY)
        sync_source(source=source)
        assert seen_by(eve, "plan").keys() == {"plan"}

    def test_waits_while_a_listing_breaks_off(self, source, memory, boss, eve, seen_by):
        memory.groups = team(BOSS)
        memory.put("menu", "The plan for lunch.", readers(BOSS))
        memory.put("plan", "The secret plan.", TEAM_ONLY)
        sync_source(source=source)
        memory.items["plan"].access = readers(BOSS)
        memory.groups = team(BOSS, EVE)
        memory.breaks_after = 1
        with pytest.raises(Unavailable):
            sync_source(source=source)
        assert seen_by(eve, "plan") == {}
        memory.items["menu"].access, memory.breaks_after = TEAM_ONLY, None
        sync_source(source=source)
        assert seen_by(eve, "plan").keys() == {"menu"}

    def test_waits_for_a_run_that_looks_at_every_document_itself(self, source, memory, boss, eve, seen_by):
        memory.groups = team(BOSS)
        for name in ("plan a", "plan b", "plan c"):
            memory.put(name, f"The secret {name}.", TEAM_ONLY)
        sync_source(source=source)
        memory.checkpoint_every, memory.breaks_after = 1, 2
        with pytest.raises(Unavailable):
            sync_source(source=source)
        memory.items["plan a"].access, memory.groups, memory.breaks_after = readers(BOSS), team(BOSS, EVE), None
        sync_source(source=source)  # goes on behind the checkpoint, and does not see `plan a`
        assert seen_by(eve, "plan") == {}
        sync_source(source=source)
        assert seen_by(eve, "plan").keys() == {"plan b", "plan c"}

    def test_waits_while_deletions_are_held(self, source, memory, boss, eve, seen_by):
        memory.groups = team(BOSS)
        for number in range(25):
            memory.put(f"plan {number}", f"The secret plan number {number}.", TEAM_ONLY)
        sync_source(source=source)
        memory.items.clear()
        memory.groups = team(BOSS, EVE)
        assert sync_source(source=source).state == SyncRun.State.HELD
        assert seen_by(eve, "plan") == {}


class TestLeaving:
    def test_counts_at_once_even_if_the_listing_breaks_off(self, source, memory, eve, seen_by):
        memory.groups = team(EVE)
        memory.put("plan", "The secret plan.", TEAM_ONLY)
        sync_source(source=source)
        memory.groups, memory.breaks_after = team(BOSS), 0
        with pytest.raises(Unavailable):
            sync_source(source=source)
        assert seen_by(eve, "plan") == {}

    @pytest.mark.parametrize(("fingerprint", "moment"), [("the same", "before_listing"), ("other", "before_access")])
    def test_during_a_run_counts_before_a_document_is_given_to_the_group(
        self, source, memory, boss, eve, seen_by, fingerprint, moment
    ):
        memory.groups = team(BOSS, EVE)
        memory.put("menu", "The plan for lunch.", readers(BOSS), fingerprint="the same")
        sync_source(source=source)
        memory.put("menu", "The plan for lunch.", TEAM_ONLY, fingerprint=fingerprint)
        memory.put("more", "Lunch.", TEAM_ONLY)
        setattr(memory, moment, lambda *_: setattr(memory, "groups", team(BOSS)))
        memory.checkpoint_every, memory.breaks_after = 1, 1  # so that nothing after the batch lets her out
        with pytest.raises(Unavailable):
            sync_source(source=source)
        assert (seen_by(eve, "plan"), seen_by(boss, "plan").keys()) == ({}, {"menu"})

    def test_before_a_new_text_was_written_counts_before_it_is_shown(self, source, memory, boss, eve, seen_by):
        memory.groups = team(BOSS, EVE)
        memory.put("minutes", "Nothing of note in the plan.", TEAM_ONLY)
        sync_source(source=source)
        memory.put("minutes", "The plan: she is dismissed.", TEAM_ONLY)
        memory.put("menu", "Lunch.", TEAM_ONLY)
        memory.before_access = lambda name: setattr(memory, "groups", team(BOSS))
        memory.checkpoint_every, memory.breaks_after = 1, 1  # so that nothing after the batch lets her out
        with pytest.raises(Unavailable):
            sync_source(source=source)
        assert seen_by(eve, "plan") == {}
        assert seen_by(boss, "plan") == {"minutes": "The plan: she is dismissed."}

    def test_takes_a_joining_of_the_same_run_back(self, tenant, tmp_path, monkeypatch, eve, boss, seen_by):
        manifest = tmp_path / "manifest.yaml"
        (tmp_path / "plan.md").write_text("The secret plan.")
        entry = "groups:\n  team: [{}]\ndocuments:\n  - pattern: plan.md\n    readers: {}\n"
        manifest.write_text(entry.format(EVE, BOSS))
        source = add_source(kind="files", name="Plans", config={"path": str(tmp_path)}, accept_findings=True)
        original = FilesConnector.groups

        def then_saved(connector):
            yield from original(connector)
            manifest.write_text(entry.format(BOSS, "'group:team'"))

        monkeypatch.setattr(FilesConnector, "groups", then_saved)
        sync_source(source=source)
        assert seen_by(eve, "plan") == {}
