"""What `manage.py check` says about this product's settings, before anything runs with them."""

import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.checks import CheckMessage, Error
from django.core.exceptions import ImproperlyConfigured

from ragportal.common.backends import load_backend
from ragportal.common.work.kinds import QUEUES, WorkKind

PATH_SETTINGS = ("INDEX_BACKEND", "EMBEDDER", "MODEL_FETCHER", "WORK_BELL")
"""Settings that name one adapter by its dotted path."""
PATH_TABLE_SETTINGS = ("CONNECTORS",)
"""Settings that name adapters by kind: {kind: dotted path}."""
PATH_LIST_SETTINGS = ("WORK_TICKS",)
"""Settings that name functions in the order in which they are called."""
ALIASES = ("default", "ledger")


def check_adapters(**kwargs: Any) -> list[CheckMessage]:
    """E001: each adapter named in the settings can be imported."""
    return [_adapter_error(error) for name, path in _adapters() if (error := _import_error(name, path))]


def check_data_folder(**kwargs: Any) -> list[CheckMessage]:
    """E002: the data folder is there and writable, or can be made."""
    folder = Path(settings.DATA_DIR)
    nearest = next(place for place in (folder, *folder.parents) if place.exists())
    if nearest.is_dir() and os.access(nearest, os.W_OK | os.X_OK):
        return []
    what = "is not a folder" if not nearest.is_dir() else "is not writable"
    hint = "Set RAGPORTAL_DATA_DIR to a folder that this user may write."
    return [Error(f"The data folder {folder} cannot be used: {nearest} {what}.", hint=hint, id="ragportal.E002")]


def check_databases(**kwargs: Any) -> list[CheckMessage]:
    """E003: both aliases exist, as the ledger must not wait for the main database."""
    hint = "DATABASES needs `default` and `ledger`; both may mean one PostgreSQL database."
    return [
        Error(f"The database alias {alias!r} is missing.", hint=hint, id="ragportal.E003")
        for alias in ALIASES
        if alias not in settings.DATABASES
    ]


def check_work(**kwargs: Any) -> list[CheckMessage]:
    """E004: each kind of work has a queue that workers serve, and a handler that can be imported."""
    hint = f"Write WorkKind(queue, dotted path); queues: {', '.join(QUEUES)}."
    return [
        Error(problem, hint=hint, id="ragportal.E004")
        for name, kind in settings.WORK.items()
        if (problem := _work_problem(name, kind))
    ]


def _work_problem(name: str, kind: Any) -> str:
    if not isinstance(kind, WorkKind):
        return f"WORK[{name!r}] is {kind!r}, not a WorkKind."
    if kind.queue not in QUEUES:
        return f"WORK[{name!r}] is for the queue {kind.queue!r}, which no worker serves."
    return _import_error(f"WORK[{name!r}]", kind.handler)


def _adapters() -> Iterator[tuple[str, Any]]:
    for name in PATH_SETTINGS:
        yield name, getattr(settings, name, None)
    for name in PATH_TABLE_SETTINGS:
        for kind, path in getattr(settings, name, {}).items():
            yield f"{name}[{kind!r}]", path
    for name in PATH_LIST_SETTINGS:
        for place, path in enumerate(getattr(settings, name, ())):
            yield f"{name}[{place}]", path


def _import_error(name: str, path: Any) -> str:
    """Why the adapter cannot be loaded; "" = it can."""
    if not isinstance(path, str) or not path:
        return f"{name} is {path!r}, not a dotted path."
    try:
        load_backend(name, path)
    except ImproperlyConfigured as error:
        return str(error)
    return ""


def _adapter_error(reason: str) -> CheckMessage:
    return Error(reason, hint="Name a class or function as package.module.name.", id="ragportal.E001")
