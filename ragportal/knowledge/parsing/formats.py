"""Which parser reads which type of document. A new type is one file beside this one and one row here."""

from collections.abc import Callable, Mapping
from functools import partial
from pathlib import PurePosixPath
from types import MappingProxyType

from ragportal.knowledge.parsing import recognition
from ragportal.knowledge.parsing.code import parse_code
from ragportal.knowledge.parsing.decoding import decode
from ragportal.knowledge.parsing.delimited import parse_delimited
from ragportal.knowledge.parsing.document import ParsedDocument, ParsingFailed
from ragportal.knowledge.parsing.grammars import GRAMMARS
from ragportal.knowledge.parsing.html import parse_html
from ragportal.knowledge.parsing.json_text import parse_json
from ragportal.knowledge.parsing.mail import parse_mail
from ragportal.knowledge.parsing.markdown import parse_markdown
from ragportal.knowledge.parsing.office.open_sheets import parse_open_sheets
from ragportal.knowledge.parsing.office.open_slides import parse_open_slides
from ragportal.knowledge.parsing.office.open_text import parse_open_text
from ragportal.knowledge.parsing.office.sheets import parse_sheets
from ragportal.knowledge.parsing.office.slides import parse_slides
from ragportal.knowledge.parsing.office.word import parse_word
from ragportal.knowledge.parsing.pdf.document import parse_pdf
from ragportal.knowledge.parsing.plain import parse_plain
from ragportal.knowledge.parsing.recognition import type_by_content
from ragportal.knowledge.parsing.refusals import REFUSALS
from ragportal.knowledge.parsing.yaml_text import parse_yaml

Parser = Callable[[bytes, str], ParsedDocument]
"""Body and declared charset ("" = none) to a document without language. Raises ParsingFailed."""

PARSERS: Mapping[str, Parser] = MappingProxyType(
    {
        "text/markdown": parse_markdown,
        "text/html": parse_html,
        "application/xhtml+xml": parse_html,
        "text/plain": parse_plain,
        recognition.PDF: parse_pdf,
        recognition.WORD: parse_word,
        recognition.SLIDES: parse_slides,
        recognition.SHEETS: parse_sheets,
        recognition.OPEN_TEXT: parse_open_text,
        recognition.OPEN_SHEETS: parse_open_sheets,
        recognition.OPEN_SLIDES: parse_open_slides,
        "text/csv": parse_delimited,
        "text/tab-separated-values": parse_delimited,
        **dict.fromkeys(("application/json", "text/json", "application/x-ndjson", "application/jsonl"), parse_json),
        **dict.fromkeys(("application/yaml", "application/x-yaml", "text/yaml", "text/x-yaml"), parse_yaml),
        "message/rfc822": parse_mail,
        **{media_type: partial(parse_code, grammar=grammar) for media_type, grammar in GRAMMARS.items()},
    }
)

_BY_SUFFIX: Mapping[str, str] = MappingProxyType(
    {
        ".md": "text/markdown",
        ".markdown": "text/markdown",
        ".mdx": "text/markdown",
        ".html": "text/html",
        ".htm": "text/html",
        ".xhtml": "application/xhtml+xml",
        ".txt": "text/plain",
        ".text": "text/plain",
        ".csv": "text/csv",
        ".tsv": "text/tab-separated-values",
        ".tab": "text/tab-separated-values",
        ".json": "application/json",
        ".jsonl": "application/x-ndjson",
        ".ndjson": "application/x-ndjson",
        ".yaml": "application/yaml",
        ".yml": "application/yaml",
        ".eml": "message/rfc822",
        ".py": "text/x-python",
        ".pyi": "text/x-python",
        **dict.fromkeys((".js", ".mjs", ".cjs", ".jsx"), "text/javascript"),
        **dict.fromkeys((".ts", ".mts", ".cts"), "text/x-typescript"),
        ".tsx": "text/x-tsx",
        ".java": "text/x-java",
        ".go": "text/x-go",
        ".cs": "text/x-csharp",
    }
)
_VAGUE = frozenset(
    {"", "text/plain", "application/octet-stream", "binary/octet-stream", "text/x-markdown", "application/zip"}
)
_HTML_BEGINNINGS = (b"<!doctype html", b"<html")
# Names promise these; only the bytes can keep it.
_PROVEN_BY_CONTENT: Mapping[str, str] = MappingProxyType(
    {
        ".pdf": recognition.PDF,
        **dict.fromkeys((".docx", ".docm", ".dotx", ".dotm"), recognition.WORD),
        **dict.fromkeys((".xlsx", ".xlsm", ".xltx", ".xltm"), recognition.SHEETS),
        **dict.fromkeys((".pptx", ".pptm", ".potx", ".ppsx", ".ppsm"), recognition.SLIDES),
        **dict.fromkeys((".odt", ".ott"), recognition.OPEN_TEXT),
        **dict.fromkeys((".ods", ".ots"), recognition.OPEN_SHEETS),
        **dict.fromkeys((".odp", ".otp"), recognition.OPEN_SLIDES),
        ".doc": recognition.OLD_WORD,
        ".xls": recognition.OLD_SHEETS,
        ".ppt": recognition.OLD_SLIDES,
        ".msg": recognition.OUTLOOK,
        ".rtf": recognition.RTF,
        ".zip": recognition.ARCHIVE,
        ".epub": recognition.EPUB,
    }
)
_PROVEN = frozenset(_PROVEN_BY_CONTENT.values()) | frozenset(REFUSALS)
_SAMPLE = 4096


def find_type(media_type: str, name: str, body: bytes) -> str:
    """The type to read a document as; "" = unknown and not text.

    What the bytes prove counts, whatever is stated and named. Of text, which proves little, the stated type counts;
    a vague statement yields to the name, then to what the text begins with. Text under the name of another format
    is read as text.
    """
    proven = type_by_content(body)
    if proven:
        return proven
    suffix = PurePosixPath(name).suffix.lower()
    stated = media_type.partition(";")[0].strip().lower()
    by_name = _BY_SUFFIX.get(suffix, "")
    if stated not in _VAGUE and not _is_proven(stated):
        return stated
    if by_name not in {"", "text/plain"}:
        return by_name
    if not _is_text(body):
        return _PROVEN_BY_CONTENT.get(suffix) or by_name or (stated if _is_proven(stated) else "")
    return "text/html" if _begins_as_html(body) else "text/plain"


def _is_proven(media_type: str) -> bool:
    return media_type in _PROVEN or media_type.partition("/")[0] in {"image", "audio", "video", "font"}


def _begins_as_html(body: bytes) -> bool:
    return body[:1024].lstrip(b"\xef\xbb\xbf \t\r\n").lower().startswith(_HTML_BEGINNINGS)


def _is_text(body: bytes) -> bool:
    try:
        decode(body[:_SAMPLE])
    except ParsingFailed:
        return False
    return True
