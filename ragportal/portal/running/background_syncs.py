"""Syncs beside the web server, one after the other, each in a process of its own."""

from collections.abc import Sequence
from threading import Lock, Thread

from ragportal.portal.running.tethered import Tethered

NICENESS = 10
"""Questions come first: with it, embedding a question takes as long beside a sync as without one."""


class BackgroundSyncs:
    """Syncs the named sources of a tenant; `stop` ends the one that runs, and the next start goes on with it."""

    def __init__(self, tenant_slug: str, names: Sequence[str]) -> None:
        self._commands = [("sync", f"--tenant={tenant_slug}", "--", name) for name in names]
        self._lock = Lock()
        self._stopped = False
        self._running: Tethered | None = None
        self._thread = Thread(target=self._work, name="syncs", daemon=True)

    def start(self) -> None:
        """Return at once."""
        self._thread.start()

    def stop(self) -> None:
        """Return when nothing of it runs any more."""
        with self._lock:
            self._stopped = True
            running = self._running
        if running:
            running.stop()
        if self._thread.ident is not None:
            self._thread.join()

    def _work(self) -> None:
        for command in self._commands:
            with self._lock:
                if self._stopped:
                    return
                running = self._running = Tethered(*command, niceness=NICENESS)
            running.wait()
            running.stop()
