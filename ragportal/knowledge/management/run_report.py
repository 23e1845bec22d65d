"""A sync run as commands print it."""

from ragportal.knowledge.models import SyncRun

COUNTS = ("seen", "added", "changed", "moved", "access_changed", "deleted", "held_deletions", "failed")


def run_as_json(run: SyncRun) -> dict[str, str | int | None]:
    """State, times and counts, for `--json`."""
    counts = {name: getattr(run, name) for name in COUNTS}
    finished = run.finished_at.isoformat() if run.finished_at else None
    return {
        "state": run.state,
        "started_at": run.started_at.isoformat(),
        "finished_at": finished,
        "error": run.error,
        **counts,
    }
