"""The connector contract over real folders, and the bad input of this connector."""

import os
import shutil
from collections.abc import Sequence
from pathlib import Path

import pytest
import yaml

from connectors.base import SourceError, SyncCursor
from connectors.files.config import LARGEST_MANIFEST
from connectors.files.connector import FilesConnector
from tests.contracts.connector_contract import ConnectorContract, assert_refused


class FolderToPlayWith:
    """A folder with a manifest that is written anew after each change."""

    def __init__(self, root: Path) -> None:
        self.root = root
        self._groups: dict[str, list[str]] = {}
        self._readers: dict[str, list[str]] = {}
        self._write()

    def connector(self) -> FilesConnector:
        return FilesConnector({"path": str(self.root)})

    def put(self, name: str, content: bytes, readers: Sequence[str]) -> str:
        (self.root / name).write_bytes(content)
        self.give(name, readers)
        return name

    def give(self, document_id: str, readers: Sequence[str]) -> None:
        self._readers[document_id] = list(readers)
        self._write()

    def remove(self, document_id: str) -> None:
        (self.root / document_id).unlink()
        del self._readers[document_id]
        self._write()

    def put_group(self, name: str, members: Sequence[str]) -> None:
        self._groups[name] = list(members)
        self._write()

    def break_listing(self) -> None:
        shutil.rmtree(self.root)

    def break_permissions(self) -> None:
        (self.root / "manifest.yaml").write_text("documents: [")

    def _write(self) -> None:
        named = [{"pattern": path, "readers": readers} for path, readers in self._readers.items() if readers]
        named = named or [{"pattern": "none", "readers": "group:nobody"}]  # a manifest without any entry is a mistake
        groups = {name: [one for one in members if self._known(one)] for name, members in self._groups.items()}
        groups.setdefault("nobody", [])
        (self.root / "manifest.yaml").write_text(yaml.safe_dump({"groups": groups, "documents": named}))

    def _known(self, member: str) -> bool:
        return not member.startswith("group:") or member.removeprefix("group:") in self._groups


@pytest.fixture
def source(tmp_path: Path) -> FolderToPlayWith:
    root = tmp_path / "folder"
    root.mkdir()
    return FolderToPlayWith(root)


class TestFilesConnector(ConnectorContract):
    """Over a real folder."""


@pytest.mark.parametrize(
    ("values", "mentions"),
    [
        ({}, "`path` is empty"),
        ({"path": "   "}, "`path` is empty"),
        ({"path": "/tmp\0/x"}, "`path` has characters"),
        ({"path": "\ud800"}, "`path` has characters"),
        ({"path": "/x", "manifest": "\0"}, "`manifest` has characters"),
        ({"path": "/x", "readers": "everyone"}, "`readers` is `everyone`"),
        ({"path": "/x", "reader": "members"}, "no field `reader`"),
    ],
)
def test_bad_form_values_are_refused_at_once(values: dict[str, str], mentions: str) -> None:
    assert_refused(lambda: FilesConnector(values), mentions=mentions)


@pytest.mark.parametrize(
    ("arrange", "mentions", "permanent"),
    [
        ("missing folder", "No such file", False),
        ("a file instead of a folder", "Not a directory", True),
        ("no manifest and no readers", "put a manifest.yaml into it", True),
        ("named manifest missing", "other.yaml cannot be read: No such file", False),
        ("manifest is a folder", "not a regular file", True),
        ("manifest is a pipe", "not a regular file", True),
        ("manifest too large", "the limit is 2 MB", True),
        ("manifest in a folder for members", "set manifest = manifest.yaml", True),
        ("name too long", "name too long", False),
    ],
)
def test_an_unusable_source_says_why(tmp_path: Path, arrange: str, mentions: str, permanent: bool) -> None:
    connector = _unusable(tmp_path, arrange)
    for attempt in (
        lambda: list(connector.changes(SyncCursor(""))),
        lambda: list(connector.groups()),
        lambda: connector.access("some.md"),
    ):
        with pytest.raises(SourceError) as caught:
            attempt()
        assert mentions.lower() in str(caught.value).lower()
        assert caught.value.permanent is permanent
    assert mentions.lower() in " ".join(connector.check()).lower()


def _unusable(folder: Path, arrange: str) -> FilesConnector:
    (folder / "some.md").write_text("text")
    values = {"path": str(folder)}
    manifest = folder / "manifest.yaml"
    match arrange:
        case "missing folder":
            values["path"] += "/none"
        case "a file instead of a folder":
            values["path"] += "/some.md"
        case "named manifest missing":
            values["manifest"] = "other.yaml"
        case "manifest is a folder":
            manifest.mkdir()
        case "manifest is a pipe":
            os.mkfifo(manifest)
        case "manifest too large":
            manifest.write_bytes(b"#" * (LARGEST_MANIFEST + 1))
        case "manifest in a folder for members":
            manifest.write_text("documents: [{pattern: a, readers: members}]")
            values["readers"] = "members"
        case "name too long":
            values["path"] += "/" + "x" * 5000
    return FilesConnector(values)
