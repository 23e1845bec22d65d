"""The bell that wakes workers: a message with the name of a queue. Rows are the work, so it may be lost or doubled."""

import logging

from django.conf import settings
from kombu.exceptions import KombuError

from ragportal.common.backends import load_backend

logger = logging.getLogger(__name__)
RING = "ragportal.ring"
STALE_SECONDS = 60
"""A bell that nobody heard for so long wakes nobody: the tick has rung again since."""


def ring(queue: str) -> None:
    """Wake a worker of the queue. Where that cannot be done it is logged, and the next tick rings for what is due."""
    app = load_backend("WORK_BELL", settings.WORK_BELL)
    try:
        app.send_task(RING, kwargs={"queue": queue}, queue=queue, retry=False, expires=STALE_SECONDS)
    except (KombuError, OSError) as error:
        logger.warning("A worker could not be woken: %s", type(error).__name__)
