"""What can go wrong around a sync or a reindex, in words that tell what was kept and what to do."""

import errno
from collections.abc import Iterator
from contextlib import contextmanager

from django.db import OperationalError

from connectors.base import SourceError
from integrations.embeddings.base import ModelMissing
from integrations.index.base import IndexBusy, IndexDamaged, IndexFenced
from ragportal.common.errors import Unavailable
from ragportal.knowledge.work_lock import overtaken

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
    except OperationalError as error:
        raise Unavailable(_of_database(error), kept=kept, todo="Run it again.") from error
    except OSError as error:
        raise Unavailable(_of_disk(error), kept=kept, todo="Run it again when that is mended.") from error


def _of_database(error: OperationalError) -> str:
    if "locked" in str(error):
        return "The database was locked by another process for too long."
    if "full" in str(error):
        return "The disk of the database is full."
    return "The database could not be used."


def _of_disk(error: OSError) -> str:
    if error.errno in (errno.ENOSPC, errno.EDQUOT):
        return "The disk is full."
    return f"A file could not be used: {error.strerror or type(error).__name__}."
