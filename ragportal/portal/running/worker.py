"""A Celery worker of `manage.py run`: python -m … worker POOL THREADS QUEUE [QUEUE …]."""

import os
import resource
import signal
import sys
import warnings
from typing import Any

from celery.signals import task_postrun
from django.conf import settings

from ragportal.common.backends import load_backend

QUIETLY = ("--quiet", "worker", "--without-gossip", "--without-mingle", "--without-heartbeat")
LARGEST_MEGABYTES = 250
KIBIBYTE = 1 if sys.platform == "darwin" else 1024  # macOS counts bytes


def main() -> None:
    pool, threads, *queues = sys.argv[1:]
    # It warns of running as root because of messages that could hold code; ours are JSON with the name of a queue.
    warnings.filterwarnings("ignore", message="You're running the worker with superuser privileges")
    _leave_terminal_to_us()
    app = load_backend("WORK_BELL", settings.WORK_BELL)
    task_postrun.connect(end_when_grown)
    name = f"--hostname={'-'.join(queues)}@%h"
    app.worker_main([*QUIETLY, name, f"--pool={pool}", f"--concurrency={threads}", f"--queues={','.join(queues)}"])
    sys.stdout.flush()
    os._exit(0)  # an orderly end would wait for the batch that is being embedded, for work that was given back


def end_when_grown(**_: Any) -> None:
    """After a task: end in order if this process has ever been large, so that a small one is started in its place."""
    largest = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * KIBIBYTE
    if largest > LARGEST_MEGABYTES * 1024**2:
        os.kill(os.getpid(), signal.SIGTERM)


def _leave_terminal_to_us() -> None:
    """Celery says that it shuts down by writing to the number of standard output; our lines go through sys.stdout."""
    sys.stdout = os.fdopen(os.dup(1), "w")
    nowhere = os.open(os.devnull, os.O_WRONLY)
    os.dup2(nowhere, 1)
    os.close(nowhere)


if __name__ == "__main__":
    main()
