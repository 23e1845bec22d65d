"""From the bytes of a document to its text, with a process in between that a document may break."""

import dataclasses

from django.conf import settings

from ragportal.knowledge.parsing.document import ParsedDocument, ParsingFailed
from ragportal.knowledge.parsing.language import detect_language
from ragportal.knowledge.parsing.process.the_parser import the_parser

_MB = 1024 * 1024
_PROSE = frozenset({"paragraph", "list_item", "quote"})
_SENTENCE = 60


def parse(body: bytes, media_type: str, name: str) -> ParsedDocument:
    """Read a document. `media_type` may carry a charset and may be "" or vague; `name` is its file name or title.

    Raises ParsingFailed with the reason: no text, damaged, encrypted, too large, too deeply nested, more than its
    share of memory, time or text, no parser for its type; Unavailable where the parser process does not start.
    """
    if len(body) > settings.DOCUMENT_MB * _MB:
        raise ParsingFailed(
            f"The document has {len(body) / _MB:,.1f} MB; at most {settings.DOCUMENT_MB} MB are read "
            "(setting RAGPORTAL_DOCUMENT_MB)."
        )
    parsed = the_parser().read(body, media_type, name)
    return dataclasses.replace(parsed, language=detect_language(_prose(parsed)) or detect_language(parsed.text))


def _prose(parsed: ParsedDocument) -> str:
    """Whole sentences, if there are any: names, tables and code look like many languages."""
    parts = [parsed.text[block.start : block.end] for block in parsed.blocks if block.kind in _PROSE]
    return "\n".join(part for part in parts if len(part) >= _SENTENCE)
