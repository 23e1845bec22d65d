"""What a worker does beside its tasks: it looks for work at its start, and breaks work off at its end."""

import os
import signal
from typing import Any

from billiard import active_children

from ragportal.common.work.bell import ring
from ragportal.common.work.ending import end_soon


def look_for_work(sender: Any = None, **_: Any) -> None:
    """Ring for each queue that this worker serves: bells of the time before its start may be lost."""
    for queue in sender.app.amqp.queues.consume_from:
        ring(queue)


def break_off_work(**_: Any) -> None:
    """Let this process and those of its pool give back what they are at, and begin no more, see running.work_off."""
    end_soon()
    for child in active_children():
        if child.pid:
            os.kill(child.pid, signal.SIGINT)
    if signal.getsignal(signal.SIGINT) is signal.default_int_handler:  # work goes on in this very thread
        os.kill(os.getpid(), signal.SIGINT)
