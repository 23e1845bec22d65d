"""Secrets that the embedded way makes for itself at first use."""

import os
import secrets
import tempfile
from pathlib import Path

from django.core.exceptions import ImproperlyConfigured


def secret_from_file(path: Path) -> str:
    """The secret in `path`, made at the first call: 64 random bytes as text, readable by the owner alone.

    Threads and processes that start together agree: the file appears complete or not at all.
    Raises OSError if the folder cannot be written, ImproperlyConfigured if the file is empty.
    """
    if not path.exists():
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        _write_once(path, secrets.token_urlsafe(64))
    secret = path.read_text()
    if not secret:
        raise ImproperlyConfigured(f"The secret file {path} is empty. Restore it from a backup, or delete it.")
    return secret


def _write_once(path: Path, text: str) -> None:
    # A draft of its own for each caller: a shared one could be cut while another caller links it.
    descriptor, draft = tempfile.mkstemp(prefix=f"{path.name}.", dir=path.parent)  # made with mode 0600
    try:
        with os.fdopen(descriptor, "w") as file:
            file.write(text)
            file.flush()
            os.fsync(file.fileno())
        os.link(draft, path)
    except FileExistsError:
        pass  # another caller was first; its secret counts
    finally:
        Path(draft).unlink()
