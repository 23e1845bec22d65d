"""What a worker shows of its work to the person who started it in a terminal; nothing on a server."""

import sys
from collections.abc import Iterator
from contextlib import contextmanager

from django.conf import settings
from django.core.management.base import OutputWrapper

from ragportal.common.errors import ProductError
from ragportal.knowledge.progress import ReportProgress, unwatched
from ragportal.knowledge.progress_line import ProgressLine


@contextmanager
def shown_progress(name: str) -> Iterator[ReportProgress]:
    """Takes the progress of the work on `name`, and says why it failed, if the setting SHOW_PROGRESS is on."""
    if not settings.SHOW_PROGRESS:
        yield unwatched
        return
    out = OutputWrapper(sys.stderr)
    line = ProgressLine(out, name)
    try:
        yield line
    except ProductError as problem:
        line.close()
        out.write(f"{name}: {problem}")
        raise
    finally:
        line.close()


def show(words: str) -> None:
    """Write lines to standard output if the setting SHOW_PROGRESS is on."""
    if settings.SHOW_PROGRESS:
        out = OutputWrapper(sys.stdout)
        out.write(words)
        out.flush()
