"""A source and how it is doing, as `manage.py sources` prints it."""

from collections.abc import Iterator
from typing import Any

from ragportal.access.selectors import AccessAge, access_age
from ragportal.knowledge.models import SyncRun
from ragportal.knowledge.run_report import run_as_json
from ragportal.knowledge.selectors import failures_of, last_run


def source_as_json(source: Any) -> dict[str, Any]:
    """A row of `sources_with_counts` with its failures, schedule, last run and the age of its permissions."""
    run = last_run(source=source)
    return {
        "name": source.name,
        "kind": source.kind,
        "documents": source.documents_shown,
        "failures": [
            {"document": failure.external_id, "reason": failure.reason, "permanent": failure.permanent}
            for failure in failures_of(source=source)
        ],
        "every_minutes": source.every_minutes,
        "paused_at": source.paused_at.isoformat() if source.paused_at else None,
        "next_sync_at": _next_sync(source),
        "failed_in_row": source.failed_in_row,
        "access": _access(access_age(source_id=source.pk)),
        "last_run": run_as_json(run) if run else None,
    }


def source_in_words(source: dict[str, Any], *, verbose: bool) -> Iterator[str]:
    """Lines for people out of `source_as_json`; `verbose` names each failure."""
    run, failures, access = source["last_run"], source["failures"], source["access"]
    counts = f"{source['documents']} documents, {len(failures)} failures"
    yield f"{source['name']} ({source['kind']}): {counts}; {_last_sync(run)}; {_schedule(source)}"
    if run and run["error"]:
        yield f"  {run['error']}"
    if run and run["alarm"]:
        yield f"  ALARM: {run['alarm']}"
    if access and access["hidden"]:
        yield f"  ALARM: its permissions are as of {_minute(access['as_of'])}, so nobody sees its documents."
    elif access and access["alarm"]:
        yield f"  ALARM: its permissions were last read completely on {_minute(access['as_of'])}."
    elif access:
        yield f"  permissions as of {_minute(access['as_of'])}"
    if verbose:
        yield from (f"  {failure['document']}: {failure['reason']}" for failure in failures)


def _access(age: AccessAge | None) -> dict[str, Any] | None:
    return {"as_of": age.as_of.isoformat(), "alarm": age.alarm, "hidden": age.hidden} if age else None


def _next_sync(source: Any) -> str | None:
    is_planned = source.every_minutes and not source.paused_at and source.next_sync_at
    return source.next_sync_at.isoformat() if is_planned else None


def _last_sync(run: dict[str, Any] | None) -> str:
    if run is None:
        return "never synced"
    if run["state"] == SyncRun.State.RUNNING:
        of = f" of {run['expected']}" if run["expected"] else ""
        left = f", about {run['seconds_left']} s left" if run["seconds_left"] is not None else ""
        return f"syncing since {_minute(run['started_at'])}: {run['done']}{of} documents{left}"
    return f"last sync {_minute(run['started_at'])}: {SyncRun.State(run['state']).label}"


def _schedule(source: dict[str, Any]) -> str:
    if source["paused_at"]:
        return f"paused since {_minute(source['paused_at'])}"
    if not source["every_minutes"]:
        return "synced by hand"
    later = f", next {_minute(source['next_sync_at'])}" if source["failed_in_row"] and source["next_sync_at"] else ""
    return f"every {source['every_minutes']} min{later}"


def _minute(moment: str) -> str:
    return f"{moment[:16].replace('T', ' ')} UTC"
