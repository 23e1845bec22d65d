import io
import struct

import pytest

from ragportal.knowledge.parsing.process.framing import BadFrame, read_frame, write_frame


def test_what_is_sent_arrives():
    stream = io.BytesIO()
    write_frame(stream, {"name": "Größe"}, b"\x00body")
    write_frame(stream, {})
    stream.seek(0)
    assert read_frame(stream, 1000) == ({"name": "Größe"}, b"\x00body")
    assert read_frame(stream, 1000) == ({}, b"")
    assert read_frame(stream, 1000) is None


@pytest.mark.parametrize(
    "sent",
    [
        b"\x00",
        struct.pack(">QQ", 2, 0) + b"{",
        struct.pack(">QQ", 2, 5) + b"{}abc",
        struct.pack(">QQ", 2**60, 0),
        struct.pack(">QQ", 2, 0) + b"[]",
        struct.pack(">QQ", 3, 0) + b"{x}",
    ],
)
def test_what_is_no_message_is_refused(sent):
    with pytest.raises(BadFrame):
        read_frame(io.BytesIO(sent), 1000)
