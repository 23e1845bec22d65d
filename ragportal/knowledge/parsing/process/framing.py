"""Messages between a process and its parser: a JSON header and bytes, each after its length."""

import json
import struct
from collections.abc import Mapping
from typing import IO, Any

_LENGTHS = struct.Struct(">QQ")


class BadFrame(Exception):
    """What came is no message, too long, or broke off."""


def write_frame(stream: IO[bytes], header: Mapping[str, Any], body: bytes = b"") -> None:
    """Send a message, whole."""
    encoded = json.dumps(header, ensure_ascii=False).encode("utf-8", errors="replace")
    stream.write(_LENGTHS.pack(len(encoded), len(body)))
    stream.write(encoded)
    stream.write(body)
    stream.flush()


def read_frame(stream: IO[bytes], most: int) -> tuple[dict[str, Any], bytes] | None:
    """The next message of at most `most` bytes; None at the stream's end. Raises BadFrame."""
    lengths = stream.read(_LENGTHS.size)
    if not lengths:
        return None
    if len(lengths) < _LENGTHS.size:
        raise BadFrame
    header_length, body_length = _LENGTHS.unpack(lengths)
    if header_length + body_length > most:
        raise BadFrame
    encoded, body = stream.read(header_length), stream.read(body_length)
    if len(encoded) + len(body) < header_length + body_length:
        raise BadFrame
    try:
        header = json.loads(encoded)
    except ValueError as error:
        raise BadFrame from error
    if not isinstance(header, dict):
        raise BadFrame
    return header, body
