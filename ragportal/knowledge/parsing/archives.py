"""ZIP files, read within limits: Office documents are such files, and so are bombs."""

import io
import struct
import zipfile
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from typing import IO

from ragportal.knowledge.parsing.document import ParsingFailed

MOST_MEMBERS = 20_000
MOST_INFLATED = 500_000_000
"""Bytes that are inflated of one file, all members together."""
MOST_MEMBER = 300_000_000
"""Bytes of one member."""
MOST_RATIO = 200
"""How much smaller than its text a member of more than SMALL bytes may be; XML packs ten to fifty times."""
SMALL = 10_000_000

_ENTRY = b"PK\x01\x02"
_DAMAGED = (zipfile.BadZipFile, zlib.error, struct.error, EOFError, OSError, ValueError, LookupError, OverflowError)


class Archive:
    """A ZIP file in memory. Nothing is inflated but what is asked for; a file inside is never opened as a ZIP again.

    Members are found whatever the case of their names, with slashes either way. Each method raises ParsingFailed for
    what is damaged, under a password or beyond the limits.
    """

    def __init__(self, body: bytes) -> None:
        self._inflated = 0
        members = body.count(_ENTRY)  # before zipfile makes an object of each
        if members > MOST_MEMBERS:
            raise ParsingFailed(f"The file holds {members:,} parts; at most {MOST_MEMBERS:,} are read.")
        with _explained():
            self._zip = zipfile.ZipFile(io.BytesIO(body))
        self._members = {_folded(info.filename): info for info in self._zip.infolist()}

    @property
    def names(self) -> tuple[str, ...]:
        """Names of the members, lower-case, with forward slashes."""
        return tuple(self._members)

    def has(self, name: str) -> bool:
        return _folded(name) in self._members

    def read(self, name: str) -> bytes:
        """The whole member; b"" where there is none."""
        if not self.has(name):
            return b""
        with self.opened(name) as stream, _explained():
            return stream.read()

    @contextmanager
    def opened(self, name: str) -> Iterator[IO[bytes]]:
        """The member as a stream, which never gives more than the size that was checked. It must be there.

        What is damaged in it ends the block with ParsingFailed.
        """
        info = self._members[_folded(name)]
        self._check(info)
        with _explained():
            stream = self._zip.open(info)
        with stream:
            try:
                yield stream
            except (zipfile.BadZipFile, zlib.error, EOFError) as error:
                raise _damaged() from error

    def _check(self, info: zipfile.ZipInfo) -> None:
        """Against the stated size: zipfile stops there, and refuses a member that goes on."""
        if info.flag_bits & 0x1:
            raise ParsingFailed("The file is protected by a password: save it without one.")
        self._inflated += info.file_size
        packed = info.file_size > SMALL and info.file_size > MOST_RATIO * max(info.compress_size, 1)
        if packed or info.file_size > MOST_MEMBER or self._inflated > MOST_INFLATED:
            raise ParsingFailed(
                "The file unpacks to far more than a document holds, as files do that are made to exhaust a reader "
                f"(over {MOST_RATIO} times its size, or {MOST_MEMBER // 1_000_000} MB of one part)."
            )


@contextmanager
def _explained() -> Iterator[None]:
    try:
        yield
    except NotImplementedError as error:
        raise ParsingFailed("The file is packed in a way that is not supported.") from error
    except RuntimeError as error:  # what zipfile raises for a password
        raise ParsingFailed("The file is protected by a password: save it without one.") from error
    except _DAMAGED as error:
        raise _damaged() from error


def _damaged() -> ParsingFailed:
    return ParsingFailed("The file is damaged or was cut off: it cannot be unpacked.")


def _folded(name: str) -> str:
    return name.replace("\\", "/").lstrip("/").lower()
