"""From bytes to characters."""

import codecs
import re
from collections.abc import Mapping

from ragportal.knowledge.parsing.document import ParsingFailed

_MARKS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF32_LE, "utf-32"),  # before UTF-16, whose mark is the beginning of this one
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
_SIGNATURES: Mapping[bytes, str] = {
    b"%PDF-": "a PDF",
    b"PK\x03\x04": "a ZIP archive or an Office file",
    b"\x89PNG": "an image",
    b"\xff\xd8\xff": "an image",
    b"GIF8": "an image",
    b"\xd0\xcf\x11\xe0": "an old Office file",
    b"\x1f\x8b": "a compressed file",
    b"\x7fELF": "a program",
}
_DECLARED = re.compile(rb"""(?:charset|encoding)\s*=\s*["']?\s*([A-Za-z0-9_.:-]{2,40})""", re.IGNORECASE)
_CONTROLS = re.compile("[\x00-\x08\x0e-\x1a\x1c-\x1f]")
_DECLARATION_WITHIN = 2048
_MOST_CONTROLS = 0.02


def decode(body: bytes, charset: str = "") -> str:
    """The text of a body whose media type declares `charset` (or nothing). Raises ParsingFailed for binary data.

    A byte order mark wins; then UTF-8 where it fits (text in another encoding practically never does); then what
    the media type or the first bytes declare; then Windows-1252, which Western office software writes.
    """
    for signature, name in _SIGNATURES.items():
        if body.startswith(signature):
            raise ParsingFailed(f"This is not text but {name}, under a name or type that says otherwise.")
    text = _decoded(body, charset)
    controls = len(_CONTROLS.findall(text[:100_000]))
    if "\x00" in text or controls > _MOST_CONTROLS * min(len(text), 100_000):
        raise ParsingFailed("This is binary data, not text.")
    return text


def _decoded(body: bytes, charset: str) -> str:
    for mark, encoding in _MARKS:
        if body.startswith(mark):
            return body.decode(encoding, errors="replace")
    for encoding in ("utf-8", _utf16_by_pattern(body), charset, _declared(body)):
        if encoding:
            try:
                return body.decode(encoding)
            except (UnicodeDecodeError, LookupError, ValueError):
                continue
    return body.decode("cp1252", errors="replace")


def _utf16_by_pattern(body: bytes) -> str:
    """UTF-16 without a mark shows as a zero in nearly every second byte of Western text."""
    sample = body[:2000]
    for start, encoding in ((1, "utf-16-le"), (0, "utf-16-be")):
        half, other = sample[start::2], sample[1 - start :: 2]
        if len(half) >= 4 and half.count(0) > 0.7 * len(half) and other.count(0) == 0:
            return encoding
    return ""


def _declared(body: bytes) -> str:
    found = _DECLARED.search(body[:_DECLARATION_WITHIN])
    return found[1].decode("ascii") if found else ""
