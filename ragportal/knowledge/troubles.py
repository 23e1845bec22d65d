"""What can go wrong around a sync or a reindex, in words that tell what was kept and what to do."""

import errno
from collections.abc import Iterator
from contextlib import contextmanager

from django.db import Error, InterfaceError, InternalError, OperationalError

from connectors.base import SourceError
from integrations.embeddings.base import ModelMissing
from integrations.index.base import IndexBusy, IndexDamaged, IndexFenced
from ragportal.common.errors import Unavailable
from ragportal.knowledge.work_lock import overtaken

_LOCKED = ("55P03", "40P01")  # waited too long for a lock; waited for each other in a circle
_FULL = "53100"
_TOO_LONG = "57014"
KEPT = "What was done so far is kept; the next run goes on from there."


@contextmanager
def explained_troubles(kept: str = KEPT) -> Iterator[None]:
    """Turn the errors of source, index, model, disk and database into Unavailable; anything else passes through."""
    try:
        yield
    except SourceError as error:
        again = "" if error.permanent else "Try again later."
        pause = error.retry_after or 0.0
        raise Unavailable(str(error), kept=kept, todo=again, permanent=error.permanent, retry_after=pause) from error
    except IndexDamaged as error:
        todo = "Run `manage.py reindex` to rebuild it from the database."
        raise Unavailable(f"The search index is damaged: {str(error).rstrip('.')}.", kept=kept, todo=todo) from error
    except IndexFenced as error:
        raise overtaken() from error
    except IndexBusy as error:
        todo = "Run it again when that process is done."
        raise Unavailable("Another process is writing the search index.", kept=kept, todo=todo) from error
    except ModelMissing as error:
        raise Unavailable(str(error), kept=kept) from error
    except (OperationalError, InternalError, InterfaceError) as error:  # the last two: a connection that was ended
        raise Unavailable(_of_database(error), kept=kept, todo="Run it again.") from error
    except OSError as error:
        raise Unavailable(_of_disk(error), kept=kept, todo="Run it again when that is mended.") from error


def _of_database(error: Error) -> str:
    """By the server's code of the error, or by SQLite's words: theirs may quote anything."""
    code = getattr(error.__cause__, "sqlstate", None)
    if code in _LOCKED or (code is None and "database is locked" in str(error)):
        return "The database was locked by another process for too long."
    if code == _FULL or (code is None and "database or disk is full" in str(error)):
        return "The disk of the database is full."
    if code == _TOO_LONG:
        return "The database took too long and was stopped (RAGPORTAL_STATEMENT_SECONDS)."
    return "The database could not be used."


def _of_disk(error: OSError) -> str:
    if error.errno in (errno.ENOSPC, errno.EDQUOT):
        return "The disk is full."
    return f"A file could not be used: {error.strerror or type(error).__name__}."
