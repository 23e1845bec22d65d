"""The parser process as seen by the process that has documents to read."""

import datetime
import os
import signal
import subprocess
import sys
from collections.abc import Mapping
from contextlib import suppress
from io import BytesIO
from threading import Event, Lock, Timer
from typing import IO, Any

from ragportal.common.errors import Unavailable
from ragportal.knowledge.parsing.document import Attachment, ParsedDocument, ParsingFailed, blocks_from_json
from ragportal.knowledge.parsing.process.framing import BadFrame, read_frame, write_frame
from ragportal.knowledge.parsing.process.limits import WAITING, ParserLimits

CHILD = "ragportal.knowledge.parsing.process.child"
START_SECONDS = 60
_BYTES_A_CHARACTER = 20
_SOME = 1_000_000
_FROM_OUTSIDE = (-signal.SIGKILL, -signal.SIGTERM, -signal.SIGINT, -signal.SIGHUP)
_ENOUGH_TRIES = 2


class ParserProcess:
    """Reads documents in a process of its own, started at the first one and replaced whenever it ended.

    For any number of threads, which take turns. `module` is run as the child.
    """

    def __init__(self, limits: ParserLimits, module: str = CHILD) -> None:
        self._limits = limits
        self._module = module
        self._turn = Lock()
        self._running: _Running | None = None

    def read(self, body: bytes, media_type: str, name: str) -> ParsedDocument:
        """What the child's reader gives, without language.

        Raises ParsingFailed with its reason, or for a document that takes too much memory, time or text, or breaks
        the parser; Unavailable where no process can be started, which is no document's fault.
        """
        request = {"media_type": media_type, "name": name}
        with self._turn:
            for _ in range(_ENOUGH_TRIES):
                with suppress(_Lost):
                    return self._parsed(*self._ready().exchange(request, body))
                self._end()
        raise ParsingFailed("The parser process was ended from outside while it read this document, twice.")

    def close(self) -> None:
        """End the child; the next document starts a new one."""
        with self._turn:
            self._end()

    @property
    def process_id(self) -> int | None:
        """Of the child, where one runs."""
        return self._running.process.pid if self._running else None

    def _ready(self) -> "_Running":
        if self._running is None or not self._running.is_usable():
            self._end()
            self._running = _Running(self._limits, self._module)
        return self._running

    def _end(self) -> None:
        running, self._running = self._running, None
        if running is not None:
            running.end()

    def _parsed(self, answer: Mapping[str, Any], attached: bytes) -> ParsedDocument:
        if "text" not in answer:
            if "failed" not in answer:
                self._end()
            raise ParsingFailed(self._reason(answer))
        try:
            return _from_answer(answer, attached)
        except (LookupError, TypeError, ValueError) as error:
            self._end()
            raise ParsingFailed("The parser gave an answer that cannot be understood.") from error

    def _reason(self, answer: Mapping[str, Any]) -> str:
        if answer.get("memory"):
            return f"Reading the document needs more than {self._limits.memory_mb:,} MB of memory."
        if answer.get("error"):
            return f"The content could not be parsed ({answer['error']})."
        return str(answer.get("failed"))


class _Lost(Exception):
    """The child ended without a fault of the document."""


class _Running:
    """One child, from its start to its end."""

    def __init__(self, limits: ParserLimits, module: str) -> None:
        self._limits = limits
        self._owner = os.getpid()
        try:
            self.process = subprocess.Popen(  # noqa: S603 - our own module; arguments are no shell's
                [sys.executable, "-m", module, *limits.as_arguments()],
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=subprocess.DEVNULL,
                cwd="/",
                env=_environment(),
            )
        except OSError as error:
            raise _not_started() from error
        self._timed_out = Event()
        if "ready" not in (self._answer(b"", None, START_SECONDS) or ({},))[0]:
            self.end()
            raise _not_started()

    def is_usable(self) -> bool:
        """Whether it is this process's own child (not one of the process that this one was forked from) and alive."""
        return self._owner == os.getpid() and self.process.poll() is None

    def exchange(self, request: Mapping[str, str], body: bytes) -> tuple[Mapping[str, Any], bytes]:
        """The answer to one document, and what was attached to it.

        Raises ParsingFailed if it ended the child, _Lost if something else did.
        """
        answer = self._answer(body, request, self._limits.seconds * WAITING)
        if answer is None:
            raise self._why_it_ended()
        return answer

    def end(self) -> None:
        """Kill the child and let go of everything."""
        for pipe in self._pipes():
            with suppress(OSError):
                pipe.close()
        if self._owner == os.getpid():
            self.process.kill()
            self.process.wait()

    def _pipes(self) -> tuple[IO[bytes], IO[bytes]]:
        assert self.process.stdin and self.process.stdout  # noqa: S101 - Popen was given pipes
        return self.process.stdin, self.process.stdout

    def _answer(
        self, body: bytes, request: Mapping[str, str] | None, seconds: float
    ) -> tuple[Mapping[str, Any], bytes] | None:
        """What the child says within `seconds`; None if it ended. Killing it frees whoever waits at a pipe for it."""
        requests, answers = self._pipes()
        timer = Timer(seconds, self._time_out)
        timer.daemon = True
        timer.start()
        try:
            if request is not None:
                write_frame(requests, request, body)
            return read_frame(answers, self._limits.characters * _BYTES_A_CHARACTER + _SOME + len(body))
        except (OSError, BadFrame):
            self.process.kill()
            return None
        finally:
            timer.cancel()

    def _time_out(self) -> None:
        self._timed_out.set()
        self.process.kill()

    def _why_it_ended(self) -> Exception:
        status = self.process.wait()
        if self._timed_out.is_set():
            return ParsingFailed(f"Reading the document took longer than {self._limits.seconds * WAITING} seconds.")
        if status == -signal.SIGXCPU:
            return ParsingFailed(
                f"Reading the document took more than {self._limits.seconds} seconds of the processor."
            )
        if status in _FROM_OUTSIDE or status == 0:
            return _Lost()
        return ParsingFailed("The document made the parser crash; it is damaged or needs too much memory.")


def _from_answer(answer: Mapping[str, Any], attached: bytes) -> ParsedDocument:
    date = answer["date"]
    bodies = BytesIO(attached)
    return ParsedDocument(
        title=answer["title"],
        text=answer["text"],
        blocks=blocks_from_json(answer["blocks"], answer["text"]),
        status=answer["status"],
        date=datetime.date.fromisoformat(date) if date else None,
        notes=tuple(answer["notes"]),
        attachments=tuple(Attachment(name, kind, bodies.read(size)) for name, kind, size in answer["attachments"]),
    )


def _not_started() -> Unavailable:
    return Unavailable(
        "The process that reads documents does not start.",
        kept="Documents that were read are kept.",
        todo="Look whether the machine has memory and processes left, then sync again.",
    )


def _environment() -> dict[str, str]:
    """Nothing of this process's environment, where secrets may stand; only where the code is."""
    return {"PYTHONPATH": os.pathsep.join(filter(None, sys.path)), "LC_ALL": "C.UTF-8"}
