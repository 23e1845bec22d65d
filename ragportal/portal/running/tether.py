"""A command in a process of its own that ends with its starter: python -m … tether NICENESS COMMAND [ARGUMENT …].

The starter holds the other end of standard input. When that end closes, because the starter says so or
because it was killed, the command is interrupted as by Ctrl-C, and ended for good a few seconds later. A pipe does
this on every system, and cannot miss a starter that died before the first look.
"""

import os
import signal
import sys
import time
from threading import Thread

from django.core.management import execute_from_command_line

STANDARD_INPUT = 0
GRACE_SECONDS = 3.0
"""To leave a batch and note in the database that the sync was broken off. More is not needed: any sync goes on."""
INTERRUPTED = 130


def main() -> None:
    niceness, *command = sys.argv[1:]
    os.nice(int(niceness))
    signal.signal(signal.SIGINT, signal.default_int_handler)  # it may have been inherited as ignored
    try:
        Thread(target=_end_with_starter, name="tether", daemon=True).start()
        execute_from_command_line(["manage.py", *command])
    except KeyboardInterrupt:
        sys.exit(INTERRUPTED)


def _end_with_starter() -> None:
    # Not sys.stdin: a thread that waits there holds its lock, and the interpreter could not end without it.
    while os.read(STANDARD_INPUT, 1):
        pass
    os.kill(os.getpid(), signal.SIGINT)
    time.sleep(GRACE_SECONDS)
    os._exit(INTERRUPTED)


if __name__ == "__main__":
    main()
