"""The process that reads documents: one after the other from standard input, without Django, until that closes.

`python -m … child MEMORY_MB SECONDS CHARACTERS`. It says when it is ready, then answers each document with
its text or the reason why it has none. What a parser did not foresee ends it, after it has said what that was.
"""

import os
import select
import sys
from collections.abc import Callable, Sequence
from types import TracebackType
from typing import IO, Any

from ragportal.knowledge.parsing.building import limit_text
from ragportal.knowledge.parsing.document import ParsedDocument, ParsingFailed, blocks_to_json
from ragportal.knowledge.parsing.process.framing import read_frame, write_frame
from ragportal.knowledge.parsing.process.limits import (
    ParserLimits,
    bind_document,
    bind_process,
    is_swollen,
    unbind_document,
)
from ragportal.knowledge.parsing.reading import read_document

Reader = Callable[[bytes, str, str], ParsedDocument]

MOST_DOCUMENTS = 500
"""After so many, a new process takes over, whatever little this one has leaked."""
IDLE_SECONDS = 300
_LARGEST_REQUEST = 2**31


def serve(read: Reader, arguments: Sequence[str]) -> None:
    """Answer requests until there are no more, or until it is time for a fresh process."""
    limits = ParserLimits.from_arguments(arguments)
    requests, answers = _channel()
    sys.excepthook = _Report(answers)
    limit_text(limits.characters)
    bind_process(limits)
    write_frame(answers, {"ready": True})
    for _ in range(MOST_DOCUMENTS):
        request = read_frame(requests, _LARGEST_REQUEST) if _comes(requests) else None
        if request is None:
            return
        header, body = request
        del request
        bind_document(limits)
        answer, attached = _answer(read, body, header)
        write_frame(answers, answer, attached)
        unbind_document()
        if is_swollen(limits):
            return


def _channel() -> tuple[IO[bytes], IO[bytes]]:
    """Standard input and output; what a library writes to standard output from now on goes nowhere."""
    answers = os.fdopen(os.dup(1), "wb")
    os.dup2(2, 1)
    return os.fdopen(0, "rb"), answers


def _comes(requests: IO[bytes]) -> bool:
    return bool(select.select([requests], [], [], IDLE_SECONDS)[0])


def _answer(read: Reader, body: bytes, header: dict[str, Any]) -> tuple[dict[str, Any], bytes]:
    """What is said of the document, and the contents of its attachments one after the other."""
    try:
        parsed = read(body, header["media_type"], header["name"])
    except ParsingFailed as error:
        return {"failed": str(error)}, b""
    answer = {
        "title": parsed.title,
        "text": parsed.text,
        "blocks": blocks_to_json(parsed.blocks),
        "status": parsed.status,
        "date": parsed.date.isoformat() if parsed.date else None,
        "notes": parsed.notes,
        "attachments": [(one.name, one.media_type, len(one.body)) for one in parsed.attachments],
    }
    return answer, b"".join(one.body for one in parsed.attachments)


class _Report:
    """Says in a last answer why this process ends; the text of the error, which may quote the document, it keeps."""

    def __init__(self, answers: IO[bytes]) -> None:
        self._answers = answers

    def __call__(self, kind: type[BaseException], error: BaseException, trace: TracebackType | None) -> None:
        write_frame(self._answers, {"memory": True} if issubclass(kind, MemoryError) else {"error": kind.__name__})


if __name__ == "__main__":
    serve(read_document, sys.argv[1:])
