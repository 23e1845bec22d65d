"""Starting the product after it was killed."""

import time

from tests.factories.installation import Installation, Run

PATIENCE = 60.0


def started(installation: Installation, *words: str) -> Run:
    """`manage.py run` when it answers; what is left of a killed one ends within seconds, and is waited for."""
    end = time.monotonic() + PATIENCE
    while True:
        run = installation.run(*words)
        try:
            return run.wait_until_ready()
        except AssertionError:
            if "already running" not in run.said or time.monotonic() > end:
                raise
            time.sleep(0.5)
