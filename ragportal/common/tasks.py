"""What workers are called for. Addresses only: the work itself is rows."""

from typing import Any

from celery import shared_task

from ragportal.common.work.bell import RING
from ragportal.common.work.kinds import QUEUES
from ragportal.common.work.running import work_off
from ragportal.common.work.ticking import tick as tick_once


@shared_task(name=RING)
def ring(queue: str = "", **_: Any) -> None:
    """Look for work in this queue; a bell that names none that is known wakes nobody."""
    if queue in QUEUES:
        work_off(queue)


@shared_task(name="ragportal.tick")
def tick(**_: Any) -> None:
    """See ragportal.common.work.ticking."""
    tick_once()
