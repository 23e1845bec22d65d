"""The file system below one folder: listing and reading that cannot be led out of it.

Every name is opened relative to its opened parent and without following links, so a folder that is
swapped for a link between listing and reading leads nowhere.
"""

import errno
import os
import re
import stat
import unicodedata
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from connectors.base import LONGEST_ID, SourceError

FOLLOWING = os.O_RDONLY | os.O_NONBLOCK | os.O_NOCTTY | os.O_CLOEXEC
"""How a file is opened that an administrator named, link or not.
O_NONBLOCK: a named pipe put in the place of a file must not hold the reader."""

_FILE = FOLLOWING | os.O_NOFOLLOW
_FOLDER = os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW | os.O_CLOEXEC
_NOT_THERE = frozenset({errno.ENOENT, errno.ENOTDIR, errno.ELOOP, errno.ENAMETOOLONG, errno.EINVAL})
_EFFECTIVE = os.access in os.supports_effective_ids
_UNUSABLE = re.compile("[\x00-\x1f\x7f-\x9f\u2028\u2029\ud800-\udfff]")
"""Control characters, line separators, and bytes that are not UTF-8 (Python shows them as surrogates)."""
_LAST_SECOND = datetime(9999, 12, 31, tzinfo=UTC).timestamp()


@dataclass(frozen=True, slots=True)
class FoundFile:
    """A regular file. `path`: relative, forward slashes, NFC. `disk_path`: the same as the disk spells it."""

    path: str
    disk_path: str
    fingerprint: str
    modified_at: datetime


@dataclass(frozen=True, slots=True)
class Obstacle:
    """Something that is not listed. `hides_documents`: documents may lie behind it, unseen."""

    path: str
    reason: str
    permanent: bool
    hides_documents: bool = False


def fingerprint(status: os.stat_result) -> str:
    """Differs whenever the content may differ: the change time also tells of a modification time set back."""
    return f"{status.st_size}-{status.st_mtime_ns}-{status.st_ctime_ns}-{status.st_ino}"


def read_regular(
    name: str | Path, flags: int, largest: int, *, folder: int | None = None
) -> tuple[bytes, os.stat_result]:
    """Content and status of one regular file, in one piece.

    Raises OSError as the system reports it, and SourceError for anything but a regular file, for more
    than `largest` bytes, and for a file that changed while it was read.
    """
    handle = os.open(name, flags, dir_fd=folder)
    try:
        before = os.fstat(handle)
        if not stat.S_ISREG(before.st_mode):
            raise SourceError(f"{name} is not a regular file.", permanent=True)
        if before.st_size > largest:
            limit = f"{largest / 1024 / 1024:g} MB"
            raise SourceError(f"{name} has {before.st_size:,} bytes; the limit is {limit}.", permanent=True)
        with os.fdopen(handle, "rb", closefd=False) as stream:
            content = stream.read(largest + 1)
        if fingerprint(os.fstat(handle)) != fingerprint(before) or len(content) != before.st_size:
            raise SourceError(f"{name} changed while it was read.", permanent=False)
        return content, before
    finally:
        os.close(handle)


@contextmanager
def opened_folder(path: Path) -> Iterator["OpenFolder"]:
    """The folder, held open so that it stays the same one. Raises SourceError if it cannot be used."""
    try:
        handle = os.open(path, _FOLDER & ~os.O_NOFOLLOW)
    except OSError as error:
        # A lost network drive comes back by itself; a file in the folder's place or missing rights do not.
        permanent = isinstance(error, NotADirectoryError | PermissionError)
        raise SourceError(f"The folder {path} cannot be opened: {error.strerror}.", permanent=permanent) from error
    try:
        yield OpenFolder(handle, path)
    finally:
        os.close(handle)


class OpenFolder:
    """One opened folder and everything below it."""

    def __init__(self, handle: int, path: Path) -> None:
        self._handle = handle
        self._path = path

    @property
    def identity(self) -> str:
        """Names this very folder: a drive that is not mounted leaves another, empty one in its place."""
        status = os.fstat(self._handle)
        return f"{status.st_dev}:{status.st_ino}"

    def walk(self) -> Iterator[FoundFile | Obstacle]:
        """Every regular file, sorted within its folder, and what stood in the way.

        Hidden names (leading dot), pipes, sockets and devices are left out silently. Links are never
        followed, as their target is listed under its own path or lies outside. Folders whose names differ only in
        how their accents are encoded are one folder. Raises SourceError if the folder itself cannot be listed.
        """
        pending: list[_SameFolder] = [("",)]
        while pending:
            same = pending.pop()
            try:
                listed = self._listed(same)
            except OSError as error:
                yield self._unlisted(same[0], error)
                continue
            folders = [found for found in listed if isinstance(found, tuple)]
            yield from (found for found in listed if not isinstance(found, tuple))
            yield from (_twins(f"{_readable(twins[0])}/") for twins in folders if len(twins) > 1)
            pending.extend(reversed(folders))

    def has(self, path: str) -> bool:
        """Whether a listing would find this document now. Raises SourceError if that cannot be told."""
        *folders, name = path.split("/")
        if len(path) >= LONGEST_ID or unicodedata.normalize("NFC", path) != path:
            return False
        if any(part[:1] in ("", ".") for part in (*folders, name)):
            return False
        try:
            return _has_file(self._handle, folders, name)
        except ValueError:  # characters that no file name can have
            return False
        except OSError as error:
            raise SourceError(f"{path} cannot be looked up: {error.strerror}.", permanent=False) from error

    def read(self, file: FoundFile, largest: int) -> bytes:
        """The content now. Raises SourceError (permanent only for too large or not a file any more)."""
        *folders, name = file.disk_path.split("/")
        try:
            with self._inside(folders) as folder:
                return read_regular(name, _FILE, largest, folder=folder)[0]
        except OSError as error:
            raise SourceError(f"{file.path} cannot be read: {error.strerror}.", permanent=False) from error

    @contextmanager
    def _inside(self, folders: list[str]) -> Iterator[int]:
        handle = os.dup(self._handle)
        try:
            for folder in folders:
                inner = os.open(folder, _FOLDER, dir_fd=handle)
                os.close(handle)
                handle = inner
            yield handle
        finally:
            os.close(handle)

    def _unlisted(self, disk_folder: str, error: OSError) -> Obstacle:
        if not disk_folder:
            reason = f"The folder {self._path} cannot be listed: {error.strerror}."
            raise SourceError(reason, permanent=isinstance(error, PermissionError)) from error
        reason = f"The folder cannot be listed: {error.strerror}. Its files keep their last known state."
        return Obstacle(f"{_readable(disk_folder)}/", reason, permanent=False, hides_documents=True)

    def _listed(self, same: "_SameFolder") -> list["FoundFile | Obstacle | _SameFolder"]:
        """Files and obstacles of one folder, and its sub-folders."""
        files: dict[str, list[FoundFile | Obstacle]] = {}
        folders: dict[str, list[str]] = {}
        for sighting in (sighting for disk_folder in same for sighting in self._sightings(disk_folder)):
            if isinstance(sighting, str):
                folders.setdefault(_readable(sighting), []).append(sighting)
            else:
                files.setdefault(sighting.path, []).append(sighting)
        return [*_without_twins(files), *map(tuple, folders.values())]

    def _sightings(self, disk_folder: str) -> list[FoundFile | Obstacle | str]:
        """What is in one folder as the disk spells it; sub-folders as disk paths."""
        prefix = f"{disk_folder}/" if disk_folder else ""
        with self._inside(disk_folder.split("/") if disk_folder else []) as handle, os.scandir(handle) as entries:
            visible = sorted((entry for entry in entries if not entry.name.startswith(".")), key=lambda e: e.name)
            sightings = (self._sighted(handle, prefix, entry) for entry in visible)
            return [sighting for sighting in sightings if sighting is not None]

    def _sighted(self, handle: int, prefix: str, entry: os.DirEntry[str]) -> FoundFile | Obstacle | str | None:
        disk_path = prefix + entry.name
        path = _readable(disk_path)
        if len(path) >= LONGEST_ID:
            return Obstacle(f"{path[: LONGEST_ID - 1]}…", "The path is too long: move it up.", permanent=True)
        if _UNUSABLE.search(entry.name):
            # Ends as no file's path does: what is shown for the bytes may be the name of another file.
            reason = "The name is not valid UTF-8 or has control characters: rename it."
            return Obstacle(f"{path}/", reason, permanent=True)
        try:
            status = entry.stat(follow_symlinks=False)
        except FileNotFoundError:
            return None
        except OSError as error:
            return Obstacle(path, f"Cannot be looked at: {error.strerror}.", permanent=False, hides_documents=True)
        if stat.S_ISDIR(status.st_mode):
            return disk_path
        if stat.S_ISLNK(status.st_mode):
            return Obstacle(path, self._why_not_followed(disk_path), permanent=True)
        if not stat.S_ISREG(status.st_mode):
            return None
        if not os.access(entry.name, os.R_OK, dir_fd=handle, effective_ids=_EFFECTIVE):
            return Obstacle(path, "The file may not be read by the server's account.", permanent=False)
        return FoundFile(path, disk_path, fingerprint(status), _time(status))

    def _why_not_followed(self, disk_path: str) -> str:
        root = os.path.realpath(self._path)
        target = os.path.realpath(os.path.join(root, disk_path))
        if os.path.commonpath((root, target)) == root:
            return "A link is not followed; what it leads to is listed under its own path."
        return "The link leaves the folder and is not followed."


_SameFolder = tuple[str, ...]
"""Disk paths of one folder: several where their names differ only in how accents are encoded."""


def _without_twins(by_path: dict[str, list[FoundFile | Obstacle]]) -> Iterator[FoundFile | Obstacle]:
    for path, some in by_path.items():
        is_twin = len(some) > 1
        for thing in some:
            if not is_twin or isinstance(thing, Obstacle):
                yield thing
        if is_twin and any(isinstance(thing, FoundFile) for thing in some):
            yield _twins(path)


def _twins(path: str) -> Obstacle:
    """Names that make one id. Files with such names are not listed, as nobody could tell which one is meant."""
    reason = "Two names here differ only in how their accents are encoded: rename one of them."
    return Obstacle(path, reason, permanent=True)


def _readable(disk_path: str) -> str:
    """The id of a disk path; bytes that are not UTF-8 become `\\xNN`, which only a report shows."""
    return unicodedata.normalize("NFC", os.fsencode(disk_path).decode("utf-8", "backslashreplace"))


def _has_file(handle: int, folders: Sequence[str], name: str) -> bool:
    """Whether a regular file of this NFC path is in an opened folder. Raises OSError where that cannot be told."""
    for spelling in _spellings(handle, folders[0] if folders else name):
        try:
            if not folders:
                found = stat.S_ISREG(os.stat(spelling, dir_fd=handle, follow_symlinks=False).st_mode)
            else:
                inner = os.open(spelling, _FOLDER, dir_fd=handle)
                try:
                    found = _has_file(inner, folders[1:], name)
                finally:
                    os.close(inner)
        except OSError as error:
            if error.errno not in _NOT_THERE:
                raise
            found = False
        if found:
            return True
    return False


def _spellings(folder: int, name: str) -> Iterator[str]:
    """The NFC name itself, then every other spelling of it that the disk has."""
    yield name
    if not name.isascii():
        with os.scandir(folder) as entries:
            spellings = {entry.name for entry in entries if unicodedata.normalize("NFC", entry.name) == name}
        yield from sorted(spellings - {name})


def _time(status: os.stat_result) -> datetime:
    """The modification time; one outside the calendar, as damaged disks report it, becomes its nearest end."""
    return datetime.fromtimestamp(min(max(status.st_mtime, 0.0), _LAST_SECOND), UTC)
