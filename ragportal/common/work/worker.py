"""What a worker's processes do beside their tasks: look for work at the start, and end together and in time."""

import os
import signal
import time
from threading import Thread
from typing import Any

from billiard import active_children

from ragportal.common.work.bell import ring

LOOK_SECONDS = 1.0
GRACE_SECONDS = 3.0
"""To leave a batch and give the work back. More is not needed: all work may be broken off anywhere."""


def look_for_work(sender: Any = None, **_: Any) -> None:
    """Ring for each queue that this worker serves: bells of the time before its start may be lost."""
    for queue in sender.app.amqp.queues.consume_from:
        ring(queue)


def break_off_work(**_: Any) -> None:
    """Tell the processes of this worker's pool to give back what they are at, see running.work_off."""
    for child in active_children():
        if child.pid:
            os.kill(child.pid, signal.SIGINT)


def end_with_master(**_: Any) -> None:
    """End this process of the pool soon after its master is gone, however that ended."""
    Thread(target=_watch, args=(os.getppid(),), name="master", daemon=True).start()


def _watch(master: int) -> None:
    while os.getppid() == master:
        time.sleep(LOOK_SECONDS)
    os.kill(os.getpid(), signal.SIGINT)
    time.sleep(GRACE_SECONDS)
    os._exit(1)
