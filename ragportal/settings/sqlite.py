"""The two SQLite files of the embedded way: main, and ledger for audit, usage and cache.

A second file lets an audit record commit in milliseconds while a sync writes the first one: SQLite
has one writer per file. IMMEDIATE takes the write lock at the start of a transaction, so that it
waits there instead of failing at its first write. FULL synchronisation costs a few milliseconds a
commit and keeps what was committed through a power cut: a revocation or an audit record is never undone by one.
"""

from pathlib import Path
from typing import Any

BUSY_SECONDS = 20


def sqlite_database(path: Path) -> dict[str, Any]:
    """Django's settings of one SQLite file in WAL mode."""
    return {
        "ENGINE": "django.db.backends.sqlite3",
        "NAME": path,
        "OPTIONS": {
            "transaction_mode": "IMMEDIATE",
            "timeout": BUSY_SECONDS,
            "init_command": "PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL; PRAGMA cache_size=-32000;",
        },
    }
