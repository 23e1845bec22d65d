"""Progress for people: one line that renews itself on a terminal, plain lines now and then elsewhere."""

import time

from django.core.management.base import OutputWrapper

from ragportal.knowledge.progress import Progress

TERMINAL_SECONDS = 0.2
PLAIN_SECONDS = 5.0


class ProgressLine:
    """Call it with each Progress; `close` ends the line. `out` is standard error, so that results stay apart."""

    def __init__(self, out: OutputWrapper, what: str) -> None:
        self._out = out
        self._what = what
        self._started = self._written_at = time.monotonic()
        self._terminal = out.isatty()
        self._open = False

    def __call__(self, progress: Progress) -> None:
        now = time.monotonic()
        if now - self._written_at < (TERMINAL_SECONDS if self._terminal else PLAIN_SECONDS):
            return
        self._written_at = now
        line = f"{self._what}: {describe_progress(progress, now - self._started)}"
        if self._terminal:
            self._out.write(f"\r\033[K{line}", ending="")
            self._out.flush()
            self._open = True
        else:
            self._out.write(line)

    def close(self) -> None:
        """Leave the terminal's line empty for what comes next."""
        if self._open:
            self._out.write("\r\033[K", ending="")


def describe_progress(progress: Progress, seconds: float) -> str:
    """Count, rate and, where the number to come is known, an estimate: "120 of 883 documents, 14/s, 55 s left"."""
    rate = progress.done / seconds if seconds > 0 else 0.0
    known = progress.expected is not None and progress.expected >= progress.done
    count = f"{progress.done} of {progress.expected} documents" if known else f"{progress.done} documents"
    parts = [count, f"{rate:.0f}/s" if rate >= 10 else f"{rate:.1f}/s"]
    if known and progress.expected and rate > 0:
        parts.append(f"{(progress.expected - progress.done) / rate:.0f} s left")
    return ", ".join(parts)
