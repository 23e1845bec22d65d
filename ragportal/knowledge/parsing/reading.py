"""From the bytes of a document to its blocks. This runs in the parser process."""

from ragportal.knowledge.parsing import recognition
from ragportal.knowledge.parsing.clauses import with_sections
from ragportal.knowledge.parsing.document import ParsedDocument, ParsingFailed
from ragportal.knowledge.parsing.formats import PARSERS, find_type
from ragportal.knowledge.parsing.refusals import REFUSALS

_PROSE = frozenset(
    {"text/markdown", "text/html", "application/xhtml+xml", "text/plain"}
    | {recognition.WORD, recognition.OPEN_TEXT, recognition.PDF}
)
"""Types in which contracts and laws are written."""


def read_document(body: bytes, media_type: str, name: str) -> ParsedDocument:
    """Read a document, without telling its language.

    `media_type` may carry a charset and may be "" or vague; `name` is its file name or title. Raises ParsingFailed
    with the reason: no text, damaged, encrypted, too deeply nested, no parser for its type.
    """
    if not body.strip():
        raise ParsingFailed("The document is empty.")
    found = find_type(media_type, name, body)
    parser = PARSERS.get(found)
    if parser is None:
        raise ParsingFailed(REFUSALS.get(found) or f"There is no parser for documents of type {found or 'unknown'!r}.")
    try:
        parsed = parser(body, _charset(media_type))
    except RecursionError as error:
        raise ParsingFailed("The document is nested too deeply to be read safely.") from error
    if not parsed.blocks:
        raise ParsingFailed("The document holds no text that a reader would see.")
    return with_sections(parsed) if found in _PROSE else parsed


def _charset(media_type: str) -> str:
    for parameter in media_type.split(";")[1:]:
        key, _, value = parameter.partition("=")
        if key.strip().lower() == "charset":
            return value.strip().strip("\"'")
    return ""
