"""A module in a process of its own that ends with its starter: python -m … tether NICENESS MODULE [ARGUMENT …].

The starter holds the other end of standard input. When that end closes, because the starter says so or because it was
killed, the module is told to end by SIGTERM, and ended for good a few seconds later. A pipe does this on every
system, and cannot miss a starter that died before the first look.
"""

import os
import runpy
import signal
import sys
import time
from threading import Thread

STANDARD_INPUT = 0
GRACE_SECONDS = 5.0
"""To leave a batch and note in the database that it was broken off, or to answer the requests that are under way."""
INTERRUPTED = 130


def main() -> None:
    niceness, module, *arguments = sys.argv[1:]
    os.nice(int(niceness))
    for ending in (signal.SIGINT, signal.SIGTERM):  # they may have been inherited as ignored
        signal.signal(ending, signal.default_int_handler)
    try:
        Thread(target=_end_with_starter, name="tether", daemon=True).start()
        sys.argv = [module, *arguments]
        runpy.run_module(module, run_name="__main__", alter_sys=True)
    except KeyboardInterrupt:
        sys.exit(INTERRUPTED)


def _end_with_starter() -> None:
    # Not sys.stdin: a thread that waits there holds its lock, and the interpreter could not end without it.
    while os.read(STANDARD_INPUT, 1):
        pass
    os.kill(os.getpid(), signal.SIGTERM)
    time.sleep(GRACE_SECONDS)
    os._exit(INTERRUPTED)


if __name__ == "__main__":
    main()
