"""What one document may cost, and how a process binds itself to it."""

import math
import resource
import signal
import sys
import time
from collections.abc import Sequence
from dataclasses import astuple, dataclass
from pathlib import Path

WAITING = 2
"""How many times the processor seconds may pass on the clock, as other programs want the processor too."""
_ALONE = 10
_STATM = Path("/proc/self/statm")


@dataclass(frozen=True, slots=True)
class ParserLimits:
    """`memory_mb` of the whole process; `seconds` of processor time, `characters` of text for one document."""

    memory_mb: int
    seconds: int
    characters: int

    def as_arguments(self) -> list[str]:
        """For the command line of the parser process."""
        return [str(value) for value in astuple(self)]

    @classmethod
    def from_arguments(cls, arguments: Sequence[str]) -> "ParserLimits":
        return cls(*map(int, arguments))


def bind_process(limits: ParserLimits) -> None:
    """For good: memory, no file written, no core dumped. macOS knows no limit of memory."""
    if sys.platform != "darwin":
        _limit(resource.RLIMIT_AS, limits.memory_mb * 1024 * 1024)
    _limit(resource.RLIMIT_FSIZE, 0)
    _limit(resource.RLIMIT_CORE, 0)


def bind_document(limits: ParserLimits) -> None:
    """For the document that comes now: the system ends this process when its time is over, whoever still listens."""
    used = math.ceil(time.process_time())
    hard = resource.getrlimit(resource.RLIMIT_CPU)[1]
    resource.setrlimit(resource.RLIMIT_CPU, (used + limits.seconds, hard))
    signal.setitimer(signal.ITIMER_REAL, limits.seconds * WAITING + _ALONE)


def unbind_document() -> None:
    """No document is being read: waiting may take as long as it takes."""
    signal.setitimer(signal.ITIMER_REAL, 0)


def is_swollen(limits: ParserLimits) -> bool:
    """Whether this process holds so much memory that a new one should read the next document."""
    try:
        pages = int(_STATM.read_text().split()[1])
    except OSError:  # not Linux
        return False
    return pages * resource.getpagesize() > limits.memory_mb * 1024 * 1024 // 4


def _limit(kind: int, wanted: int) -> None:
    hard = resource.getrlimit(kind)[1]
    most = wanted if hard == resource.RLIM_INFINITY else min(wanted, hard)
    resource.setrlimit(kind, (most, most))
