"""The commands around a source: what they print, and what they say of bad input."""

import io
import json
import os

import pytest
from django.core.management import CommandError, call_command
from django.db import OperationalError
from guardian.shortcuts import get_perms

from integrations.index.base import IndexDamaged
from integrations.index.embedded import EmbeddedIndex
from ragportal.access.models import MembersAudience
from ragportal.knowledge.models import DocumentFailure, Source
from ragportal.knowledge.progress import Progress
from ragportal.knowledge.progress_line import describe_progress
from tests.factories.memory_source import readers
from tests.factories.people import make_member, make_tenant

ADA = "ada@harbour.example"


def run(*words, **options):
    out, err = io.StringIO(), io.StringIO()
    call_command(*words, stdout=out, stderr=err, **options)
    return out.getvalue()


def as_json(*words):
    out = run(*words, "--json")
    return json.loads(out)


@pytest.fixture
def folder(tmp_path, memory):
    place = tmp_path / "my documents"
    place.mkdir()
    (place / "travel.md").write_text("# Travel\n\nHotels cost up to 180 euros.")
    return place


class TestGoodInput:
    def test_a_folder_for_every_member(self, tenant, folder):
        added = as_json("add_source", "files", f"path={folder}", "readers=members", "--name", "Docs")
        assert added["source"] == "Docs"
        result = as_json("sync", "Docs")
        assert (result["state"], result["seen"], result["added"]) == ("done", 1, 1)
        listed = as_json("sources")["sources"]
        assert [(source["name"], source["documents"], source["failures"]) for source in listed] == [("Docs", 1, [])]
        assert as_json("reindex") == {"documents": 1}
        assert MembersAudience.objects.get().principal.source_id == added["id"]

    def test_values_from_a_file_and_a_manager(self, tenant, folder, tmp_path):
        values = tmp_path / "form.json"
        values.write_text(json.dumps({"path": str(folder), "readers": "members"}))
        manager = make_member(ADA)
        run("add_source", "files", "--name", "Docs", "--config", str(values), "--manager", ADA)
        assert get_perms(manager.user, Source.objects.get()) == ["manage_source"]

    def test_words_for_people(self, tenant, folder):
        (folder / "empty.md").write_text(" ")
        assert "manage.py sync" in run("add_source", "files", f"path={folder}", "readers=members", "--name", "Docs")
        assert "1 added, 1 failed" in run("sync", "Docs")
        assert "empty.md: The document is empty." in run("sources", "--verbose")
        assert "holds 1 documents" in run("reindex")

    def test_held_deletions_are_told_and_confirmed(self, source, memory):
        for number in range(25):
            memory.put(f"page {number}", f"Page {number}.", readers(ADA))
        run("sync", "Handbook")
        memory.items.clear()
        assert "--confirm-deletions" in run("sync", "Handbook")
        assert "25 deleted" in run("sync", "Handbook", "--confirm-deletions")


BAD = {
    "unknown tenant": (("sources", "--tenant", "nowhere"), "no tenant 'nowhere'"),
    "unknown source": (("sync", "Wiki"), "no source 'Wiki'.*'Handbook'"),
    "unknown kind": (("add_source", "ftp", "--name", "X"), "no kind of source 'ftp'.*files"),
    "unknown field": (("add_source", "files", "colour=red", "path=/x", "--name", "X"), "no field 'colour'.*path"),
    "missing field": (("add_source", "files", "--name", "X"), "'path' is missing"),
    "not a pair": (("add_source", "files", "path", "--name", "X"), "'path' is not of the form FIELD=VALUE"),
    "bad choice": (("add_source", "files", "path=/x", "readers=all", "--name", "X"), "'all'; allowed: members"),
    "no such folder": (("add_source", "files", "path=/no/such", "--name", "X"), "/no/such cannot be opened"),
    "name in use": (("add_source", "memory", "name=the one", "--name", "Handbook"), "already a source"),
    "no such file": (
        ("add_source", "files", "--config", "/no/form.json", "--name", "X"),
        "cannot be read.*No source was",
    ),
    "unknown manager": (
        ("add_source", "memory", "name=the one", "--name", "X", "--manager", "x@y.z"),
        "no active member",
    ),
}


@pytest.mark.parametrize("case", BAD)
def test_bad_input_is_a_clear_message_and_adds_nothing(source, case):
    words, message = BAD[case]
    with pytest.raises(CommandError, match=message):
        run(*words)
    assert Source.objects.count() == 1


def test_two_companies_must_be_told_apart(source):
    make_tenant("other")
    with pytest.raises(CommandError, match="--tenant"):
        run("sync", "Handbook")
    run("sync", "Handbook", "--tenant", "harbour")


@pytest.mark.django_db(databases=["default", "ledger"])
def test_without_a_tenant_it_says_how_to_make_one():
    with pytest.raises(CommandError, match="no tenant yet.*load_company"):
        run("sources")


def test_a_broken_manifest_names_its_line(tenant, folder):
    (folder / "manifest.yaml").write_text("groups:\n  hr: [nobody\n")
    with pytest.raises(CommandError, match=r"manifest.yaml.*line \d|manifest.yaml:\d"):
        run("add_source", "files", f"path={folder}", "--name", "Docs")


@pytest.fixture
def nobody():
    """Run as an account without rights: root could read everything."""
    before = os.geteuid()
    if before == 0:
        os.seteuid(65534)
    yield
    os.seteuid(before)


def test_an_unreadable_folder(tenant, folder, nobody):
    if os.geteuid() == os.getuid():
        folder.chmod(0)
    with pytest.raises(CommandError, match="cannot be opened: Permission denied"):
        run("add_source", "files", f"path={folder}", "readers=members", "--name", "Docs")


TROUBLES = {
    "disk full": (OSError(28, "No space left on device"), "The disk is full.*kept"),
    "database locked": (OperationalError("database is locked"), "locked by another process.*kept"),
    "damaged index": (IndexDamaged("vectors.bin is cut off."), r"damaged: vectors\.bin is cut off\. .*reindex"),
}


@pytest.mark.parametrize("trouble", TROUBLES)
def test_trouble_while_syncing_loses_nothing(source, memory, monkeypatch, trouble):
    error, message = TROUBLES[trouble]

    def fail(self, batch):
        raise error

    memory.put("travel", "Hotels.", readers(ADA))
    with monkeypatch.context() as patch:
        patch.setattr(EmbeddedIndex, "write", fail)
        with pytest.raises(CommandError, match=message):
            run("sync", "Handbook")
    assert DocumentFailure.objects.count() == 0
    assert as_json("sync", "Handbook")["added"] == 1


@pytest.mark.parametrize(
    ("progress", "seconds", "words"),
    [
        (Progress(120, 883), 10, "120 of 883 documents, 12/s, 64 s left"),
        (Progress(120, None), 60, "120 documents, 2.0/s"),
        (Progress(120, 100), 10, "120 documents, 12/s"),
        (Progress(0, 5), 0, "0 of 5 documents, 0.0/s"),
    ],
)
def test_progress_in_words(progress, seconds, words):
    assert describe_progress(progress, seconds) == words
