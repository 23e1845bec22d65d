"""Mail (.eml) to blocks: who wrote to whom and when, what they wrote, and what they attached."""

import mimetypes
from collections.abc import Iterator
from email import message_from_bytes
from email.message import Message

from ragportal.knowledge.parsing.building import TextBuilder, one_line
from ragportal.knowledge.parsing.document import Attachment, ParsedDocument, ParsingFailed
from ragportal.knowledge.parsing.html import parse_markup
from ragportal.knowledge.parsing.mail_text import add_body, header_text, part_text, sent_at
from ragportal.knowledge.parsing.plain import parse_plain

MOST_ATTACHMENTS = 100

_MOST_NESTED = 20
_PEOPLE = ("From", "To", "Cc")
_PROOF = ("from", "to", "subject", "date", "received")
_SIGNATURES = frozenset(
    {"application/pgp-signature", "application/pkcs7-signature", "application/x-pkcs7-signature"}
    | {"message/delivery-status", "text/rfc822-headers"}
)
_ENCRYPTED = frozenset({"application/pkcs7-mime", "application/x-pkcs7-mime", "application/pgp-encrypted"})
_MANY_TIMES = 3
_NOTE = 200


def parse_mail(body: bytes, charset: str) -> ParsedDocument:
    """A mail; its title is its subject, its date when it was sent. Forwarded mails follow under their subjects.

    Raises ParsingFailed for an encrypted mail.
    """
    message = message_from_bytes(body)
    if not any(name in message for name in _PROOF):
        return parse_plain(body, charset)
    reader = _Reader()
    reader.read(message, 0)
    sent = sent_at(message)
    left_out = len(reader.attachments) - MOST_ATTACHMENTS
    return ParsedDocument(
        title=header_text(message, "subject"),
        text=reader.builder.text,
        blocks=tuple(reader.builder.blocks),
        date=sent.date() if sent else None,
        notes=(f"{left_out} of the attachments are left out.",) if left_out > 0 else (),
        attachments=tuple(reader.attachments[:MOST_ATTACHMENTS]),
    )


class _Reader:
    """Goes through a mail's parts; of alternatives it reads one."""

    def __init__(self) -> None:
        self.builder = TextBuilder()
        self.attachments: list[Attachment] = []

    def read(self, message: Message, depth: int) -> None:
        """Append a mail that stands `depth` mails deep in another."""
        if depth > _MOST_NESTED:
            raise ParsingFailed(f"More than {_MOST_NESTED} mails are forwarded within each other.")
        if depth:
            self.builder.add("heading", header_text(message, "subject") or "Forwarded mail", level=min(depth, 6))
        self.builder.add("paragraph", "\n".join(_head(message)))
        parts = list(_chosen(message))
        names = [name for part in parts if not _is_mail(part) and (name := self._part(part, depth))]
        if names:
            self.builder.add("paragraph", f"Attachments: {', '.join(names)}")
        for part in filter(_is_mail, parts):
            self.read(part.get_payload(0), depth + 1)  # type: ignore[arg-type]  # the mail within

    def _part(self, part: Message, depth: int) -> str:
        """Reads a part; returns its name if it is an attachment, else ""."""
        kind = part.get_content_type()
        if kind in _ENCRYPTED:
            raise ParsingFailed("The mail is encrypted, so that its text cannot be read.")
        if kind in _SIGNATURES or _is_inline_image(part):
            return ""
        if _is_attachment(part) or not kind.startswith("text/"):
            return self._attach(part, kind)
        if kind == "text/html":
            self.builder.include(parse_markup(part_text(part)), deeper=depth)
        else:
            add_body(self.builder, part_text(part))
        return ""

    def _attach(self, part: Message, kind: str) -> str:
        payload = part.get_payload(decode=True)
        name = _file_name(part) or f"attachment{mimetypes.guess_extension(kind) or ''}"
        self.attachments.append(Attachment(name, kind, payload if isinstance(payload, bytes) else b""))
        return name


def _head(message: Message) -> Iterator[str]:
    for name in _PEOPLE:
        if people := header_text(message, name.lower()):
            yield f"{name}: {people}"
    if sent := sent_at(message):
        yield f"Date: {sent.day} {sent:%B %Y, %H:%M}"


def _chosen(part: Message, depth: int = 0) -> Iterator[Message]:
    """The parts that are read or attached, in order. Those of a part that is a mail are not among them."""
    if part.get_content_maintype() != "multipart" or not part.is_multipart():
        yield part
        return
    if depth > _MOST_NESTED:
        raise ParsingFailed(f"The parts of the mail are nested more than {_MOST_NESTED} levels deep.")
    parts: list[Message] = part.get_payload()  # type: ignore[assignment]  # a multipart's payload is a list
    found = [list(_chosen(inner, depth + 1)) for inner in parts]
    best = _best(found) if found and part.get_content_subtype() == "alternative" else None
    for inner_parts in found:
        taken = best is None or inner_parts is best
        yield from (one for one in inner_parts if taken or _is_attachment(one))


def _best(alternatives: list[list[Message]]) -> list[Message]:
    """The plain text, unless it merely says that this mail wants to be seen as a page."""
    plain = next((one for one in alternatives if _begins_as(one, "text/plain") and part_text(one[0]).strip()), None)
    page = next((one for one in alternatives if _begins_as(one, "text/html")), None)
    if plain and page and len(part_text(plain[0])) < _NOTE:
        page_text = parse_markup(part_text(page[0])).text
        return page if len(page_text) > _MANY_TIMES * len(part_text(plain[0])) else plain
    return plain or page or alternatives[-1]


def _begins_as(parts: list[Message], kind: str) -> bool:
    return bool(parts) and parts[0].get_content_type() == kind


def _is_mail(part: Message) -> bool:
    return part.get_content_type() == "message/rfc822" and part.is_multipart()


def _is_attachment(part: Message) -> bool:
    return part.get_content_disposition() == "attachment" or part.get_filename() is not None


def _is_inline_image(part: Message) -> bool:
    if part.get_content_maintype() != "image":
        return False
    disposition = part.get_content_disposition()
    return disposition == "inline" or (disposition is None and "content-id" in part)


def _file_name(part: Message) -> str:
    name = part.get_filename()
    if not name:
        return ""
    holder = Message()
    holder["name"] = name
    return one_line(header_text(holder, "name")).replace("/", "_").replace("\\", "_")
