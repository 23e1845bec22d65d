"""Secrets that the embedded way makes for itself at first use."""

import os
import secrets
from pathlib import Path


def secret_from_file(path: Path) -> str:
    """The secret in `path`, made at the first call: 64 random bytes as text, readable by the owner alone.

    Two processes that start together agree: the file appears complete or not at all.
    Raises OSError if the folder cannot be written.
    """
    if not path.exists():
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        draft = path.with_name(f"{path.name}.{os.getpid()}")
        descriptor = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
        with os.fdopen(descriptor, "w") as file:
            file.write(secrets.token_urlsafe(64))
            file.flush()
            os.fsync(file.fileno())
        try:
            os.link(draft, path)
        except FileExistsError:
            pass  # the other process was first; its secret counts
        finally:
            draft.unlink()
    return path.read_text()
