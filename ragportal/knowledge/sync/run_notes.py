"""The row of a run while it works: what it did so far, and whether somebody wants it to end."""

import time
from collections.abc import Mapping

from django.utils import timezone

from ragportal.common.rows import tenant_transaction
from ragportal.knowledge.models import SyncRun
from ragportal.knowledge.progress import Progress, ReportProgress

WRITTEN_EVERY_SECONDS = 1.0
COUNTED = (
    "expected", "seen", "done", "added", "changed", "moved", "access_changed", "deleted", "stated_deletions",
    "held_deletions", "failed", "alarm",
)  # fmt: skip


class RunNotes:
    """Writes the counts of a run now and then, as each write waits for the disk, and tells whoever watches."""

    def __init__(self, run: SyncRun, report: ReportProgress) -> None:
        self._run = run
        self._report = report
        self._written_at = time.monotonic()
        self.end_wanted = False

    def tell(self, counts: Mapping[str, int]) -> None:
        """Take the counts over; the row learns of them when it was not written for a while."""
        for name, count in counts.items():
            setattr(self._run, name, count)
        self._report(Progress(done=self._run.done, expected=self._run.expected))
        if time.monotonic() - self._written_at >= WRITTEN_EVERY_SECONDS:
            self.write()

    def write(self) -> None:
        """Write the row now, and learn whether the run is to end: its source was paused, or somebody stops it."""
        self._written_at = time.monotonic()
        self._run.noted_at = timezone.now()
        with tenant_transaction():
            self._run.save(update_fields=[*COUNTED, "noted_at"])
        wanted = SyncRun.objects.filter(pk=self._run.pk).values_list("stop_wanted", "source__paused_at").get()
        self.end_wanted = any(wanted)
