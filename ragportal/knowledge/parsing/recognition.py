"""What a file is, as its own bytes prove."""

import re
from collections.abc import Mapping, Sequence
from types import MappingProxyType

from ragportal.knowledge.parsing.archives import Archive
from ragportal.knowledge.parsing.document import ParsingFailed

PDF = "application/pdf"
WORD = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
SHEETS = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
SLIDES = "application/vnd.openxmlformats-officedocument.presentationml.presentation"
BINARY_SHEETS = "application/vnd.ms-excel.sheet.binary.macroenabled.12"
OPEN_TEXT = "application/vnd.oasis.opendocument.text"
OPEN_SHEETS = "application/vnd.oasis.opendocument.spreadsheet"
OPEN_SLIDES = "application/vnd.oasis.opendocument.presentation"
OPEN_OTHER = "application/vnd.oasis.opendocument"
OLD_WORD = "application/msword"
OLD_SHEETS = "application/vnd.ms-excel"
OLD_SLIDES = "application/vnd.ms-powerpoint"
OUTLOOK = "application/vnd.ms-outlook"
OLE = "application/x-ole-storage"
ENCRYPTED_OFFICE = "application/x-encrypted-office"
RTF = "application/rtf"
IMAGE = "image"
MEDIA = "audio or video"
ARCHIVE = "application/zip"
EPUB = "application/epub+zip"
APPLE = "application/x-iwork"
PROGRAM = "application/x-executable"
DATABASE = "application/vnd.sqlite3"
FONT = "font"

_SIGNATURES: Sequence[tuple[int, bytes, str]] = (
    (0, b"%PDF-", PDF),
    (0, b"{\\rtf", RTF),
    (0, b"\x89PNG\r\n", IMAGE),
    (0, b"\xff\xd8\xff", IMAGE),
    (0, b"GIF87a", IMAGE),
    (0, b"GIF89a", IMAGE),
    (0, b"II*\x00", IMAGE),
    (0, b"MM\x00*", IMAGE),
    (8, b"WEBP", IMAGE),
    (4, b"ftypheic", IMAGE),
    (4, b"ftypavif", IMAGE),
    (4, b"ftyp", MEDIA),
    (0, b"ID3\x03", MEDIA),
    (0, b"ID3\x04", MEDIA),
    (0, b"OggS\x00", MEDIA),
    (0, b"fLaC\x00", MEDIA),
    (0, b"\x1a\x45\xdf\xa3", MEDIA),
    (8, b"WAVEfmt", MEDIA),
    (8, b"AVI LIST", MEDIA),
    (0, b"\x1f\x8b", ARCHIVE),
    (0, b"7z\xbc\xaf\x27\x1c", ARCHIVE),
    (0, b"Rar!\x1a\x07", ARCHIVE),
    (0, b"\xfd7zXZ\x00", ARCHIVE),
    (0, b"\x28\xb5\x2f\xfd", ARCHIVE),
    (257, b"ustar", ARCHIVE),
    (0, b"\x7fELF", PROGRAM),
    (0, b"MZ\x90\x00", PROGRAM),
    (0, b"SQLite format 3\x00", DATABASE),
    (0, b"\x00\x01\x00\x00\x00", FONT),
    (0, b"wOF2", FONT),
)
_ZIPS = (b"PK\x03\x04", b"PK\x05\x06")
_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
# Names of streams in the directory of an OLE file; an encrypted file is one around the real one, so it goes first.
_STREAMS: Mapping[str, str] = MappingProxyType(
    {
        "EncryptedPackage": ENCRYPTED_OFFICE,
        "WordDocument": OLD_WORD,
        "PowerPoint Document": OLD_SLIDES,
        "Workbook": OLD_SHEETS,
        "__properties_version1.0": OUTLOOK,
    }
)
_MAIN_PARTS: Sequence[tuple[re.Pattern[str], str]] = (
    (re.compile(r"wordprocessingml\.\w+\.main\+xml|ms-word\.\w+\.macroenabled\w*\.main"), WORD),
    (re.compile(r"ms-excel\.sheet\.binary\.macroenabled\.main"), BINARY_SHEETS),
    (re.compile(r"spreadsheetml\.\w+\.main\+xml|ms-excel\.\w+\.macroenabled\w*\.main"), SHEETS),
    (re.compile(r"presentationml\.\w+\.main\+xml|ms-powerpoint\.\w+\.macroenabled\w*\.main"), SLIDES),
)
# Where the directory at a file's end was cut off, the folders that its parts are in still tell what it was.
_FOLDERS: Sequence[tuple[bytes, str]] = (
    (b"word/", WORD),
    (b"xl/", SHEETS),
    (b"ppt/", SLIDES),
    (b"opendocument.text", OPEN_TEXT),
    (b"opendocument.spreadsheet", OPEN_SHEETS),
    (b"opendocument.presentation", OPEN_SLIDES),
)
_LEADING = b"\xef\xbb\xbf \t\r\n\x00"


def type_by_content(body: bytes) -> str:
    """The media type, or one of the constants above, that the bytes prove; "" for text and for what shows no sign."""
    for offset, signature, found in _SIGNATURES:
        if body.startswith(signature, offset):
            return found
    if body.startswith(_ZIPS):
        return _type_of_zip(body)
    if body.startswith(_OLE):
        return _type_of_ole(body)
    beginning = body[:1024].lstrip(_LEADING)
    if beginning.startswith(b"%PDF-"):
        return PDF
    if beginning.startswith((b"<svg", b"<?xml")) and b"<svg" in beginning:
        return IMAGE
    return ""


def _type_of_ole(body: bytes) -> str:
    for stream, found in _STREAMS.items():
        if stream.encode("utf-16-le") in body:
            return found
    return OLD_SHEETS if "Book".encode("utf-16-le") in body else OLE


def _type_of_zip(body: bytes) -> str:
    try:
        archive = Archive(body)
        named = archive.read("mimetype")[:200].decode("ascii", errors="replace").strip().lower()
        content_types = archive.read("[content_types].xml").decode("utf-8", errors="replace").lower()
    except ParsingFailed:
        return next((found for folder, found in _FOLDERS if folder in body[:100_000]), ARCHIVE)
    for pattern, found in _MAIN_PARTS:
        if pattern.search(content_types):
            return found
    if named.startswith(OPEN_OTHER):
        known = (OPEN_TEXT, OPEN_SHEETS, OPEN_SLIDES)
        return next((found for found in known if named.startswith(found)), OPEN_OTHER)
    if named == EPUB:
        return EPUB
    return APPLE if any(name.endswith(".iwa") for name in archive.names) else ARCHIVE
