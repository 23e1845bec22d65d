"""A folder as a source: which files become documents, for whom, and when a listing counts as complete."""

import os
import time
from pathlib import Path
from threading import Timer
from urllib.parse import unquote, urlsplit

import pytest
import time_machine

from connectors.base import Checkpoint, DocumentAccess, Failed, SourceDocument, SourceError, SyncCursor
from connectors.files.connector import FilesConnector, media_type_of, title_of
from connectors.files.permissions import MEMBERS
from tests.contracts.connector_contract import BEGINNING, failures

MANIFEST = """
groups:
  finance: [anna@demo.example]
documents:
  - pattern: finance/**
    readers: ["group:finance"]
    classification: confidential
    department: Finance
  - pattern: old.md
    readers: [anna@demo.example]
    status: superseded
"""


@pytest.fixture
def root(tmp_path: Path) -> Path:
    root = tmp_path / "root"
    (root / "finance").mkdir(parents=True)
    (root / "finance" / "price list (2025).md").write_text("prices")
    (root / "old.md").write_text("old")
    (root / "draft.md").write_text("draft")
    (root / "manifest.yaml").write_text(MANIFEST)
    return root


def connector(root: Path, **values: str) -> FilesConnector:
    return FilesConnector({"path": str(root), **values})


def documents(source: FilesConnector) -> dict[str, SourceDocument]:
    return {change.id: change for change in source.changes(BEGINNING) if isinstance(change, SourceDocument)}


def checkpoint(source: FilesConnector, cursor: SyncCursor = BEGINNING) -> Checkpoint:
    *_, last = source.changes(cursor)
    assert isinstance(last, Checkpoint)
    return last


def emails(access: DocumentAccess | None) -> set[str]:
    assert access is not None
    return {one.email for readers in access.reader_sets for one in readers.principals}


class TestDocuments:
    def test_carry_what_the_manifest_says(self, root):
        found = documents(connector(root))
        assert found["finance/price list (2025).md"].access.classification == "confidential"
        assert found["finance/price list (2025).md"].access.department == "Finance"
        assert found["old.md"].status == "superseded"

    def test_open_where_they_lie(self, root):
        url = documents(connector(root))["finance/price list (2025).md"].url
        assert url.startswith("file:///")
        assert Path(unquote(urlsplit(url).path)).read_text() == "prices"

    def test_that_no_pattern_names_are_reported_and_readable_by_nobody(self, root):
        assert "draft.md" not in documents(connector(root))
        assert failures(connector(root)) == {
            "draft.md": Failed(
                "draft.md",
                "No pattern in manifest.yaml names this file, so nobody may read it; `draft.md` would.",
                permanent=True,
            )
        }
        assert connector(root).access("draft.md") == DocumentAccess(())

    def test_never_include_a_manifest(self, root):
        (root / "who.yml").write_text(MANIFEST + "  - {pattern: '**', readers: [eve@demo.example]}\n")
        source = connector(root, manifest="who.yml")
        ids = {change.id for change in source.changes(BEGINNING) if not isinstance(change, Checkpoint)}
        assert ids == {"finance/price list (2025).md", "old.md", "draft.md"}
        assert source.access("who.yml") is None
        assert source.access("manifest.yaml") is None

    def test_that_are_too_large_say_so_when_read(self, root):
        with (root / "old.md").open("wb") as file:
            file.truncate(200 * 1024 * 1024 + 1)
        with pytest.raises(SourceError, match="the limit is 200 MB"):
            documents(connector(root))["old.md"].read()


class TestReaders:
    def test_members_get_everything_where_an_administrator_chose_so(self, root):
        (root / "manifest.yaml").unlink()
        source = connector(root, readers="members")
        assert len(documents(source)) == 3
        assert {one for doc in documents(source).values() for one in doc.access.reader_sets[0].principals} == {MEMBERS}
        assert [(group.principal, group.members) for group in source.groups()] == [(MEMBERS, frozenset())]

    def test_a_manifest_named_beside_members_decides(self, root):
        source = connector(root, manifest="manifest.yaml", readers="members")
        assert set(documents(source)) == {"finance/price list (2025).md", "old.md"}

    def test_a_manifest_may_lie_outside(self, root, tmp_path):
        (root / "manifest.yaml").rename(tmp_path / "who.yaml")
        assert set(documents(connector(root, manifest="../who.yaml"))) == set(
            documents(connector(root, manifest=str(tmp_path / "who.yaml")))
        )

    def test_a_manifest_that_vanishes_stops_the_source_instead_of_opening_it(self, root):
        source = connector(root)
        assert documents(source)
        (root / "manifest.yaml").unlink()
        with pytest.raises(SourceError):
            documents(source)
        with pytest.raises(SourceError):
            source.access("old.md")

    def test_a_change_of_the_manifest_counts_in_the_middle_of_a_listing(self, root):
        changes = connector(root).changes(BEGINNING)
        next(changes)
        (root / "manifest.yaml").write_text("documents: [{pattern: '**', readers: bo@demo.example}]")
        rest = [change for change in changes if isinstance(change, SourceDocument)]
        assert {one.email for doc in rest for one in doc.access.reader_sets[0].principals} == {"bo@demo.example"}

    def test_a_change_counts_even_if_the_disk_s_clock_does_not_tick(self, root, monkeypatch):
        """Two changes within one tick leave equal times: a manifest changed just now is compared by content."""
        monkeypatch.setattr("connectors.files.connector.fingerprint", lambda status: "the same")
        source = connector(root)
        assert emails(source.access("old.md")) == {"anna@demo.example"}
        (root / "manifest.yaml").write_text(MANIFEST.replace("anna", "inna"))
        assert emails(source.access("old.md")) == {"inna@demo.example"}

    def test_a_change_of_a_manifest_that_was_long_unchanged_counts(self, root):
        with time_machine.travel(time.time() + 60):
            source = connector(root)
            assert emails(source.access("old.md")) == {"anna@demo.example"}
            (root / "manifest.yaml").write_text(MANIFEST.replace("anna", "inna"))
            assert emails(source.access("old.md")) == {"inna@demo.example"}

    def test_a_manifest_that_is_being_written_is_waited_for(self, root, monkeypatch):
        monkeypatch.setattr("connectors.files.connector._WRITTEN_AFTER", 0.5)
        whole = "documents:\n  - pattern: '**'\n    all_of:\n      - [anna@demo.example]\n      - [bo@demo.example]\n"
        half = whole[: whole.index("      - [bo")]
        (root / "manifest.yaml").write_text(half)
        writer = Timer(0.2, (root / "manifest.yaml").write_text, [whole])
        writer.start()
        access = connector(root).access("old.md")
        writer.join()
        assert len(access.reader_sets) == 2

    def test_a_manifest_that_is_written_all_the_time_is_refused(self, root, monkeypatch):
        manifest = root / "manifest.yaml"
        monkeypatch.setattr("time.sleep", lambda seconds: manifest.write_text(f"{manifest.read_text()}\n"))
        with pytest.raises(SourceError, match="is being written") as caught:
            connector(root).access("old.md")
        assert not caught.value.permanent

    def test_a_change_time_in_the_future_is_no_obstacle(self, root):
        os.utime(root / "manifest.yaml", (time.time() + 1000, time.time() + 1000))
        assert emails(connector(root).access("old.md")) == {"anna@demo.example"}

    def test_an_unchanged_manifest_is_not_parsed_again(self, root):
        source = connector(root)
        assert source.access("old.md") is source.access("old.md")


class TestCompleteness:
    def test_an_unlisted_folder_makes_a_listing_incomplete(self, root, monkeypatch):
        (root / "locked").mkdir()
        locked, original = (root / "locked").stat().st_ino, os.scandir

        def refused(folder):
            if os.fstat(folder).st_ino == locked:
                raise PermissionError(13, "Permission denied")
            return original(folder)

        monkeypatch.setattr("os.scandir", refused)
        assert not checkpoint(connector(root)).complete_listing

    def test_two_spellings_of_a_folder_do_not(self, root):
        (root / "e\u0301").mkdir()
        (root / "\u00e9").mkdir()
        assert "rename one" in failures(connector(root))["\u00e9/"].reason
        assert checkpoint(connector(root)).complete_listing

    def test_a_refused_link_does_not(self, root):
        (root / "link.md").symlink_to("/etc/passwd")
        assert failures(connector(root))["link.md"].permanent
        assert checkpoint(connector(root)).complete_listing

    def test_another_and_empty_folder_is_a_lost_drive_and_no_deletion(self, root):
        (root / "manifest.yaml").rename(root.parent / "who.yaml")
        source = connector(root, manifest="../who.yaml")
        cursor = checkpoint(source).cursor
        root.rename(root.parent / "mounted")
        root.mkdir()
        with pytest.raises(SourceError, match="is its drive mounted") as caught:
            list(source.changes(cursor))
        assert not caught.value.permanent
        assert checkpoint(source).complete_listing

    def test_the_same_folder_emptied_is_empty(self, root):
        (root / "manifest.yaml").rename(root.parent / "who.yaml")
        source = connector(root, manifest="../who.yaml")
        cursor = checkpoint(source).cursor
        for path in (root / "old.md", root / "draft.md", root / "finance" / "price list (2025).md"):
            path.unlink()
        (root / "finance").rmdir()
        assert checkpoint(source, cursor).complete_listing


class TestCheck:
    def test_a_broken_manifest_is_told_line_by_line(self, root):
        (root / "manifest.yaml").write_text("documents:\n- {pattern: a, readers: x}\n- {pattern: a, readers: y}\n")
        assert [sentence[:22] for sentence in connector(root).check()] == [
            "manifest.yaml, line 2,",
            "manifest.yaml, line 3,",
        ]

    def test_a_pattern_that_names_nothing_is_told(self, root):
        (root / "old.md").unlink()
        assert connector(root).check() == ["manifest.yaml, line 9: the pattern `old.md` decides about no file."]

    def test_members_without_the_administrator_s_choice_are_told(self, root):
        (root / "manifest.yaml").write_text("documents: [{pattern: '**', readers: members}]")
        assert "choose readers = members" in connector(root).check()[0]
        assert connector(root, manifest="manifest.yaml", readers="members").check() == []


@pytest.mark.parametrize(
    ("path", "title"),
    [
        ("hr/parental-leave.md", "Parental leave"),
        ("travel_and_expense_policy.html", "Travel and expense policy"),
        ("minutes/2025-03-12_board-meeting.txt", "2025-03-12 board meeting"),
        ("hr/index.md", "Hr"),
        ("README.md", "README"),
        ("IT/VPN.md", "VPN"),
        ("--.md", "--.md"),
        ("v1.2 notes.md", "V1.2 notes"),
    ],
)
def test_a_title_reads_like_one(path, title):
    assert title_of(path) == title


@pytest.mark.parametrize(
    ("path", "media_type"),
    [
        ("a.md", "text/markdown"),
        ("a.MD", "text/markdown"),
        ("a.html", "text/html"),
        ("a.txt", "text/plain"),
        ("a.pdf", "application/pdf"),
        ("a.txt.gz", "application/octet-stream"),
        ("LICENSE", "application/octet-stream"),
    ],
)
def test_the_media_type_follows_the_name(path, media_type):
    assert media_type_of(path) == media_type
