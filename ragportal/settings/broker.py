"""How Celery carries bells to workers. What there is to do stands in WORK; see docs/decisions.md."""

from pathlib import Path
from typing import Any

from ragportal.common.work.kinds import MAINTENANCE

TICK_SECONDS = 5
FOLDER_BROKER = "folder://localhost"
CELERY_IMPORTS = ("ragportal.common.tasks",)
CELERY_TASK_DEFAULT_QUEUE = MAINTENANCE
CELERY_TASK_IGNORE_RESULT = True
CELERY_TASK_PUBLISH_RETRY = False  # the tick rings again
CELERY_BROKER_CONNECTION_RETRY_ON_STARTUP = True
CELERY_WORKER_PREFETCH_MULTIPLIER = 1
CELERY_WORKER_ENABLE_REMOTE_CONTROL = False
CELERY_WORKER_REDIRECT_STDOUTS = False
CELERY_WORKER_MAX_MEMORY_PER_CHILD = 250_000  # KiB; what embedding took is given back only by a new process
CELERY_BEAT_ENABLE_REMOTE_CONTROL = False
CELERY_BEAT_SCHEDULER = "celery.beat:Scheduler"  # in memory: there is no file that a kill could damage
CELERY_BEAT_SCHEDULE = {
    "tick": {
        "task": "ragportal.tick",
        "schedule": TICK_SECONDS,
        "options": {"queue": MAINTENANCE, "expires": TICK_SECONDS},
    }
}


def transport_of(broker_url: str, data_dir: Path) -> tuple[str | None, dict[str, Any]]:
    """Celery's transport and its options for a broker; FOLDER_BROKER keeps messages as files of the data folder."""
    if broker_url != FOLDER_BROKER:
        return None, {}
    options = {"folder": data_dir / "broker", "polling_interval": 0.05}
    return "ragportal.common.work.folder_transport.Transport", options
