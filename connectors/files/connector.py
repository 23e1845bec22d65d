"""A folder as a source: its files as documents, readable by whom its manifest says.

Every listing is a full one, as listing 10,000 files takes a fraction of a second; unchanged files are
told by their fingerprint and are not read.
"""

import mimetypes
import os
import re
import time
import unicodedata
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import partial
from urllib.parse import quote

from connectors.base import (
    Change,
    Checkpoint,
    DocumentAccess,
    Failed,
    Field,
    SourceDocument,
    SourceError,
    SourceGroup,
    SyncCursor,
)
from connectors.files.client import FOLLOWING, FoundFile, Obstacle, fingerprint, opened_folder, read_regular
from connectors.files.config import DEFAULT_MANIFEST, FIELDS, LARGEST_FILE, LARGEST_MANIFEST, FilesConfig, read_config
from connectors.files.permissions import (
    MEMBERS,
    Entry,
    Manifest,
    ManifestError,
    everything_to_members,
    read_manifest,
)

_SHOWN_OBSTACLES = 20
_SETTLED_AFTER = 2.0
"""Seconds without change after which equal file times prove equal content, whatever the disk's clock ticks."""

_WRITTEN_AFTER = 2.0
"""Seconds without change after which a new manifest is taken for a whole one."""
_WAITED_FOR = 3
"""How many changes in a row are waited for."""

_MORE_TYPES: Mapping[str, str] = {".md": "text/markdown", ".markdown": "text/markdown", ".rst": "text/x-rst"}
# Python's own table, without the files of the machine, so that a type is the same everywhere.
_TYPES = mimetypes.MimeTypes()
_SEPARATORS = re.compile(r"(?<!\d)[-_\s]+|[-_\s]+(?!\d)|_+")
_NAMELESS = ("index", "readme")


class FilesConnector:
    """Satisfies connectors.base.Connector."""

    fields: tuple[Field, ...] = FIELDS
    ids_are_paths: bool = True

    def __init__(self, config: Mapping[str, str]) -> None:
        self._config = read_config(config)
        self._manifest = _ManifestFile(self._config)
        self._root_url = self._config.path.as_uri().rstrip("/")

    def check(self) -> list[str]:
        """Mistakes first; where there are none, advice about what is hardly meant."""
        try:
            with opened_folder(self._config.path) as folder:
                manifest = self._manifest.current()
                found = list(folder.walk())
        except ManifestError as error:
            return list(error.mistakes)
        except SourceError as error:
            return [str(error)]
        obstacles = [thing for thing in found if isinstance(thing, Obstacle) and not thing.permanent]
        sentences = [f"{obstacle.path}: {obstacle.reason}" for obstacle in obstacles[:_SHOWN_OBSTACLES]]
        if len(obstacles) > _SHOWN_OBSTACLES:
            sentences.append(f"{len(obstacles) - _SHOWN_OBSTACLES} more files or folders cannot be read.")
        sentences += manifest.advice(thing.path for thing in found if isinstance(thing, FoundFile))
        if manifest.name and manifest.uses_members and not self._config.members:
            sentences.append(f"{manifest.name} gives documents to `members`: choose readers = members, or nobody may.")
        return sentences

    def groups(self) -> Iterator[SourceGroup]:
        """The groups of the manifest, and the audience `members` (without members: the product knows them)."""
        with opened_folder(self._config.path):
            manifest = self._manifest.current()
        yield from manifest.groups
        if manifest.uses_members:
            yield SourceGroup(MEMBERS, frozenset())

    def changes(self, cursor: SyncCursor) -> Iterator[Change]:
        """Every file, whatever the cursor; it only serves to notice that the folder is another one."""
        with opened_folder(self._config.path) as folder:
            self._manifest.current()
            own = self._manifest.own_ids
            complete, empty = True, True
            for thing in folder.walk():
                empty = False
                complete = complete and not (isinstance(thing, Obstacle) and thing.hides_documents)
                if thing.path not in own:
                    yield self._change(thing)
            if empty and cursor.position not in ("", folder.identity):
                raise SourceError(
                    f"{self._config.path} is empty and not the folder listed before: is its drive mounted? "
                    "Nothing was removed. If the folder is meant to be empty, list it from the beginning.",
                    permanent=False,
                )
            yield Checkpoint(SyncCursor(folder.identity), complete)

    def access(self, document_id: str) -> DocumentAccess | None:
        """Read from the manifest as it is now; a file that no pattern names is readable by nobody."""
        with opened_folder(self._config.path) as folder:
            if document_id in self._manifest.own_ids or not folder.has(document_id):
                return None
        entry = self._manifest.current().entry_for(document_id)
        return entry.access if entry else DocumentAccess(())

    def _change(self, thing: FoundFile | Obstacle) -> Change:
        if isinstance(thing, Obstacle):
            return Failed(thing.path, thing.reason, thing.permanent)
        manifest = self._manifest.current()
        entry = manifest.entry_for(thing.path)
        if entry is None:
            return Failed(thing.path, _unnamed(thing.path, manifest.name), permanent=True)
        return self._document(thing, entry)

    def _document(self, file: FoundFile, entry: Entry) -> SourceDocument:
        return SourceDocument(
            id=file.path,
            title=title_of(file.path),
            url=f"{self._root_url}/{quote(os.fsencode(file.disk_path))}",
            media_type=media_type_of(file.path),
            fingerprint=file.fingerprint,
            modified_at=file.modified_at,
            access=entry.access,
            read=partial(self._read, file),
            status=entry.status,
        )

    def _read(self, file: FoundFile) -> bytes:
        with opened_folder(self._config.path) as folder:
            return folder.read(file, LARGEST_FILE)


def _unnamed(path: str, manifest: str) -> str:
    folder = path.rpartition("/")[0]
    pattern = f"{folder}/**" if folder else path
    return f"No pattern in {manifest} names this file, so nobody may read it; `{pattern}` would."


class _ManifestFile:
    """The manifest as it is on disk now, parsed again only after a change."""

    def __init__(self, config: FilesConfig) -> None:
        self._config = config
        self._path = config.manifest or config.default_manifest
        self._read: _ReadManifest | None = None

    @property
    def own_ids(self) -> frozenset[str]:
        """Ids that are the manifest's and never a document's."""
        inside = os.path.relpath(os.path.realpath(self._path), os.path.realpath(self._config.path))
        return frozenset({DEFAULT_MANIFEST, unicodedata.normalize("NFC", inside)})

    def current(self) -> Manifest:
        """Raises ManifestError for a broken one, SourceError for one that cannot be read."""
        if self._config.manifest is None and self._config.members:
            return self._none_at_all()
        try:
            status = os.stat(self._path)
            if self._read and self._read.settled and self._read.fingerprint == fingerprint(status):
                return self._read.manifest
            content, status = self._content()
            is_new = self._read is None or self._read.content != content
            if is_new:
                content, status = self._written(content, status)
        except OSError as error:
            raise self._unreadable(error) from error
        manifest = read_manifest(content, self._path.name) if self._read is None or is_new else self._read.manifest
        settled = time.time() - max(status.st_mtime, status.st_ctime) > _SETTLED_AFTER
        self._read = _ReadManifest(content, manifest, fingerprint(status), settled)
        return manifest

    def _content(self) -> tuple[bytes, os.stat_result]:
        return read_regular(self._path, FOLLOWING, LARGEST_MANIFEST)

    def _written(self, content: bytes, status: os.stat_result) -> tuple[bytes, os.stat_result]:
        """Wait for whoever may be writing it: half a manifest can open what the whole one closes.

        A change time in the future (another machine's clock) cannot delay it: then only what is seen counts.
        """
        for _ in range(_WAITED_FOR):
            age = time.time() - max(status.st_mtime, status.st_ctime)
            if age >= _WRITTEN_AFTER:
                return content, status
            time.sleep(_WRITTEN_AFTER - max(age, 0))
            before = content, fingerprint(status)
            content, status = self._content()
            if (content, fingerprint(status)) == before:
                return content, status
        raise SourceError(f"The manifest {self._path} is being written: try again when that is done.", permanent=False)

    def _none_at_all(self) -> Manifest:
        if os.path.lexists(self._path):
            raise SourceError(
                f"{self._path} is there, but the source says readers = members without a manifest: "
                f"set manifest = {DEFAULT_MANIFEST}, so that it decides, or remove the file.",
                permanent=True,
            )
        return everything_to_members()

    def _unreadable(self, error: OSError) -> SourceError:
        if self._config.manifest is None and isinstance(error, FileNotFoundError):
            return SourceError(
                f"Nobody is named who may read {self._config.path}: put a {DEFAULT_MANIFEST} into it, "
                "name a manifest, or choose readers = members.",
                permanent=True,
            )
        return SourceError(f"The manifest {self._path} cannot be read: {error.strerror}.", permanent=False)


@dataclass(frozen=True, slots=True)
class _ReadManifest:
    """`settled`: the file had been unchanged for a while when it was read."""

    content: bytes
    manifest: Manifest
    fingerprint: str
    settled: bool


def title_of(path: str) -> str:
    """A file's name as a person would write it; `index` and `readme` take their folder's name.

    `hr/parental-leave_2025-04.md` -> "Parental leave 2025-04".
    """
    *folders, name = path.split("/")
    stem = os.path.splitext(name)[0]
    if stem.lower() in _NAMELESS and folders:
        stem = folders[-1]
    words = _SEPARATORS.sub(" ", stem).strip() or name
    return words[0].upper() + words[1:]


def media_type_of(path: str) -> str:
    """The media type that the name promises; `application/octet-stream` for unknown and compressed ones."""
    ending = os.path.splitext(path)[1].lower()
    media_type, encoding = (_MORE_TYPES[ending], None) if ending in _MORE_TYPES else _TYPES.guess_type(path)
    return media_type if media_type and not encoding else "application/octet-stream"
