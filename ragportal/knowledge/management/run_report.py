"""A sync run as commands print it."""

from ragportal.knowledge.models import SyncRun
from ragportal.knowledge.selectors import time_left

COUNTS = ("seen", "added", "changed", "moved", "access_changed", "deleted", "held_deletions", "failed")


def run_as_json(run: SyncRun) -> dict[str, str | int | float | None]:
    """State, times and counts, for `--json`."""
    counts = {name: getattr(run, name) for name in COUNTS}
    finished = run.finished_at.isoformat() if run.finished_at else None
    left = time_left(run=run)
    return {
        "number": run.pk,
        "state": run.state,
        "started_at": run.started_at.isoformat(),
        "finished_at": finished,
        "expected": run.expected,
        "done": run.done,
        "seconds_left": round(left.total_seconds()) if left is not None else None,
        "error": run.error,
        "alarm": run.alarm,
        **counts,
    }


def counts_in_words(run: SyncRun) -> str:
    """The counts that are not zero: "883 seen, 2 changed"; "" where all are."""
    return ", ".join(f"{getattr(run, name)} {name.replace('_', ' ')}" for name in COUNTS if getattr(run, name))
