"""The text of a mail's parts: headers as people read them, bodies with what is quoted told apart."""

import codecs
import datetime
import re
from collections.abc import Iterator, Sequence
from email.errors import HeaderParseError
from email.header import decode_header
from email.message import Message
from email.utils import parsedate_to_datetime
from itertools import groupby

from ragportal.knowledge.parsing.building import TextBuilder, clean, one_line
from ragportal.knowledge.parsing.decoding import decode
from ragportal.knowledge.parsing.plain import parse_plain

_QUOTED = re.compile(r"(?:> ?)+")
_RULE = re.compile(r"\s*(?:-{3,}\s*[^\s-][^\n]{1,60}?\s*-{3,}|_{10,})\s*")
_HEADER_LINE = re.compile(r"\s*\*?[^\W\d][\w -]{1,20}:\*?\s*\S.*")
_SIGNATURE = re.compile(r"--\s*")
# Their bytes are ASCII, so that they would pass for UTF-8.
_SEVEN_BIT = ("iso-2022", "utf-7", "hz")


def header_text(message: Message, name: str) -> str:
    """A header on one line, decoded; "" if there is none."""
    raw = next((value for key, value in message.raw_items() if key.lower() == name), "")
    text = " ".join(_in_charset(str(raw).encode("utf-8", "surrogateescape"), "utf-8").split())
    try:
        words = decode_header(text)
    except HeaderParseError:
        return one_line(text)
    return one_line("".join(word if isinstance(word, str) else _in_charset(word, charset) for word, charset in words))


def sent_at(message: Message) -> datetime.datetime | None:
    """When a mail was sent, as its sender's clock said; None if it does not tell."""
    try:
        return parsedate_to_datetime(header_text(message, "date"))
    except (ValueError, OverflowError):
        return None


def part_text(part: Message) -> str:
    """The text of a part that is text. Raises ParsingFailed for binary data."""
    payload = part.get_payload(decode=True)
    body = payload if isinstance(payload, bytes) else b""
    charset = part.get_content_charset() or ""
    if charset.startswith(_SEVEN_BIT):
        return clean(_in_charset(body, charset))
    text = clean(decode(body, charset))
    flowed = str(part.get_param("format", "")).lower() == "flowed"
    return _unwrapped(text, delete_space=str(part.get_param("delsp", "")).lower() == "yes") if flowed else text


def add_body(builder: TextBuilder, text: str) -> None:
    """Append a plain body; lines after `>`, and all after a reply's copied header, are quotes."""
    for quoted, lines in groupby(_told_apart(text.split("\n")), key=lambda line: line[0]):
        builder.include(parse_plain("\n".join(line for _, line in lines).encode(), "utf-8"), quoted=quoted)


def _told_apart(lines: Sequence[str]) -> Iterator[tuple[bool, str]]:
    below = False
    for place, line in enumerate(lines):
        below = below or _begins_copy(lines, place)
        quoted = _QUOTED.match(line)
        yield below or bool(quoted), "" if _SIGNATURE.fullmatch(line) else line[quoted.end() :] if quoted else line


def _begins_copy(lines: Sequence[str], place: int) -> bool:
    """A line like `---- Original message ----`, in any language, above lines like `From: …`."""
    if not _RULE.fullmatch(lines[place]):
        return False
    following = [line for line in lines[place + 1 : place + 5] if line.strip()][:2]
    return len(following) == 2 and all(map(_HEADER_LINE.fullmatch, following))


def _unwrapped(text: str, *, delete_space: bool) -> str:
    """Lines that end with a space go on in the next one of the same depth (RFC 3676)."""
    joined: list[str] = []
    depth = -1
    for line in text.split("\n"):
        marks = len(line) - len(line.lstrip(">"))
        content = line[marks:].removeprefix(" ")
        if marks == depth and joined[-1].endswith(" ") and joined[-1] != "-- ":
            joined[-1] = (joined[-1][:-1] if delete_space else joined[-1]) + content
        else:
            joined.append(f"{'>' * marks} {content}" if marks else content)
        depth = marks
    return "\n".join(joined)


def _in_charset(text: bytes, charset: str | None) -> str:
    """Bytes of a header: without a charset as the header parser escaped them, with an unknown one as UTF-8."""
    try:
        codecs.lookup(charset or "")
    except LookupError:
        charset = "raw-unicode-escape" if charset is None else "utf-8"
    try:
        return text.decode(charset or "utf-8")
    except (UnicodeDecodeError, LookupError):
        return text.decode("cp1252", errors="replace")
