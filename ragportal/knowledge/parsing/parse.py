"""From the bytes of a document to its text."""

import dataclasses

from ragportal.knowledge.parsing.document import ParsedDocument, ParsingFailed
from ragportal.knowledge.parsing.formats import PARSERS, find_type
from ragportal.knowledge.parsing.language import detect_language

MOST_BYTES = 20_000_000

_PROSE = frozenset({"paragraph", "list_item", "quote"})
_SENTENCE = 60


def parse(body: bytes, media_type: str, name: str) -> ParsedDocument:
    """Read a document. `media_type` may carry a charset and may be "" or vague; `name` is its file name or title.

    Raises ParsingFailed with the reason: no text, binary, too large, too deeply nested, no parser for its type.
    """
    if len(body) > MOST_BYTES:
        raise ParsingFailed(f"The document has {len(body):,} bytes; at most {MOST_BYTES:,} are read.")
    found = find_type(media_type, name, body)
    parser = PARSERS.get(found)
    if parser is None:
        raise ParsingFailed(f"There is no parser for documents of type {found or 'unknown'!r}.")
    if not body.strip():
        raise ParsingFailed("The document is empty.")
    parsed = parser(body, _charset(media_type))
    if not parsed.blocks:
        raise ParsingFailed("The document holds no text that a reader would see.")
    return dataclasses.replace(parsed, language=detect_language(_prose(parsed)) or detect_language(parsed.text))


def _prose(parsed: ParsedDocument) -> str:
    """Whole sentences, if there are any: names, tables and code look like many languages."""
    parts = [parsed.text[block.start : block.end] for block in parsed.blocks if block.kind in _PROSE]
    return "\n".join(part for part in parts if len(part) >= _SENTENCE)


def _charset(media_type: str) -> str:
    for parameter in media_type.split(";")[1:]:
        key, _, value = parameter.partition("=")
        if key.strip().lower() == "charset":
            return value.strip().strip("\"'")
    return ""
