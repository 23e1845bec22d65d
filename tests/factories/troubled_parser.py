"""A parser process whose reader does what the document's name tells it: what a broken parser may do, on purpose."""

import ctypes
import os
import signal
import sys
import time
from itertools import count, repeat

from ragportal.knowledge.parsing.building import TextBuilder
from ragportal.knowledge.parsing.document import Attachment, ParsedDocument, ParsingFailed
from ragportal.knowledge.parsing.process.child import serve


def read(body: bytes, media_type: str, name: str) -> ParsedDocument:
    said = TROUBLES[name]() if name in TROUBLES else _say(body.decode())
    return said if isinstance(said, ParsedDocument) else _say("survived")


def _say(text: str) -> ParsedDocument:
    builder = TextBuilder()
    builder.add("paragraph", text)
    return ParsedDocument("Title", builder.text, tuple(builder.blocks), notes=("A note.",), attachments=ATTACHED)


def _fail() -> None:
    raise ParsingFailed("The reason.")


def _flood() -> None:
    builder = TextBuilder()
    for _ in repeat(None):
        builder.add("paragraph", "word " * 1000)


def _write() -> None:
    with open(f"/tmp/written-by-{os.getpid()}", "wb", buffering=0) as file:
        file.write(b"x")


ATTACHED = (Attachment("a.bin", "", b"\x00\xff"), Attachment("b.txt", "text/plain", b"words"))
TROUBLES = {
    "sleep": lambda: time.sleep(600),
    "spin": lambda: sum(count()),
    "eat": lambda: [bytearray(10_000_000) for _ in repeat(None)],
    "segfault": lambda: ctypes.string_at(0),
    "abort": os.abort,
    "exit": lambda: os._exit(0),
    "stop": lambda: os.kill(os.getpid(), signal.SIGSTOP),
    "raise": lambda: [][1],
    "fail": _fail,
    "talk": lambda: os.write(1, b"x" * 100_000),
    "write": _write,
    "flood": _flood,
    "environment": lambda: _say(" ".join(sorted(os.environ))),
    "modules": lambda: _say(" ".join(sorted(sys.modules))),
}

if __name__ == "__main__":
    serve(read, sys.argv[1:])
