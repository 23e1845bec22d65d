"""The form of a folder source, and its values as typed settings."""

import os
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from connectors.base import Field, SourceError

DEFAULT_MANIFEST = "manifest.yaml"
"""The manifest in the folder's root, taken where the form names none; never a document."""

LARGEST_FILE = 200 * 1024 * 1024
"""Bytes that are ever read of one document; the product's own setting draws a closer limit."""

LARGEST_MANIFEST = 2 * 1024 * 1024
"""Bytes: more than 20,000 entries of one pattern each."""

FIELDS = (
    Field("path", "Folder", "Full path of the folder as the server sees it.", required=True),
    Field(
        "manifest",
        "Manifest",
        f"YAML file that says who may read what; relative to the folder. Empty: {DEFAULT_MANIFEST} in the folder.",
    ),
    Field(
        "readers",
        "Readers",
        "`members`: every member of this portal may read all files; with a manifest, those that it gives to `members`.",
        choices=("", "members"),
    ),
)


@dataclass(frozen=True, slots=True)
class FilesConfig:
    """`manifest`: as named in the form, or None. `members`: the audience `members` is every member."""

    path: Path
    manifest: Path | None
    members: bool

    @property
    def default_manifest(self) -> Path:
        return self.path / DEFAULT_MANIFEST


def read_config(values: Mapping[str, str]) -> FilesConfig:
    """The form's values, checked without touching the disk. Raises SourceError naming the field."""
    unknown = sorted(set(values) - {field.name for field in FIELDS})
    if unknown:
        raise SourceError(f"A folder source has no field `{unknown[0]}`.", permanent=True)
    for name, value in values.items():
        if "\0" in value or not _encodable(value):
            raise SourceError(f"The field `{name}` has characters that no file name can have.", permanent=True)
    path, manifest, readers = (values.get(field.name, field.default).strip() for field in FIELDS)
    if not path:
        raise SourceError("The field `path` is empty: give the full path of a folder.", permanent=True)
    if readers not in ("", "members"):
        raise SourceError(f"The field `readers` is `{readers}`; it can be `members` or empty.", permanent=True)
    root = Path(os.path.abspath(os.path.expanduser(path)))
    named = root / os.path.expanduser(manifest) if manifest else None
    return FilesConfig(root, named, readers == "members")


def _encodable(value: str) -> bool:
    try:
        os.fsencode(value)
    except UnicodeEncodeError:
        return False
    return True
