"""A sync run as commands and workers print it."""

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


def run_in_words(name: str, run: SyncRun) -> str:
    """What the run of the source `name` did, and what is left to do for people; some lines."""
    lines = [f"{name}: {counts_in_words(run) or 'nothing there'}."]
    if run.state in (SyncRun.State.PAUSED, SyncRun.State.STOPPED):
        lines.append(f"It {SyncRun.State(run.state).label}; the next sync goes on with it.")
    if run.alarm:
        lines.append(run.alarm)
    if run.failed:
        lines.append(f"{run.failed} documents could not be taken in; `manage.py sources --verbose` says why.")
    if run.held_deletions:
        lines.append(
            f"{run.held_deletions} documents are not at the source any more. That is so many that nothing was deleted: "
            "look at the source, and confirm with --confirm-deletions."
        )
    return "\n".join(lines)
