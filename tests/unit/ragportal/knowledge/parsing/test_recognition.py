import pytest

from ragportal.knowledge.parsing import recognition
from ragportal.knowledge.parsing.recognition import type_by_content
from ragportal.knowledge.parsing.refusals import REFUSALS
from tests.factories.zips import zipped

OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(504)


def content_types(main: str) -> bytes:
    return zipped({"[Content_Types].xml": f'<Types><Override PartName="/x" ContentType="application/{main}"/></Types>'})


@pytest.mark.parametrize(
    ("body", "found"),
    [
        (b"", ""),
        (b"PK is a short word", ""),
        ("Größe und Maß".encode(), ""),
        (b"%PDF-1.4\n", recognition.PDF),
        (b"\n\n %PDF-1.4\n", recognition.PDF),
        (b"A text about %PDF-1.4", ""),
        (b"\x89PNG\r\n\x1a\n", recognition.IMAGE),
        (b"RIFF\x00\x00\x00\x00WEBPVP8 ", recognition.IMAGE),
        (b"<?xml version='1.0'?>\n<svg xmlns='http://www.w3.org/2000/svg'/>", recognition.IMAGE),
        (b"\x00\x00\x00\x18ftypmp42", recognition.MEDIA),
        (b"{\\rtf1 words}", recognition.RTF),
        (b"\x1f\x8b\x08\x00", recognition.ARCHIVE),
        (bytes(257) + b"ustar", recognition.ARCHIVE),
        (OLE + "EncryptedPackage".encode("utf-16-le"), recognition.ENCRYPTED_OFFICE),
        (OLE + "WordDocument".encode("utf-16-le"), recognition.OLD_WORD),
        (OLE + "Workbook".encode("utf-16-le"), recognition.OLD_SHEETS),
        (OLE + "Book".encode("utf-16-le"), recognition.OLD_SHEETS),
        (OLE + "PowerPoint Document".encode("utf-16-le"), recognition.OLD_SLIDES),
        (OLE + "__properties_version1.0".encode("utf-16-le"), recognition.OUTLOOK),
        (OLE, recognition.OLE),
        (content_types("vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml"), recognition.WORD),
        (content_types("vnd.ms-word.document.macroEnabled.main+xml"), recognition.WORD),
        (content_types("vnd.openxmlformats-officedocument.spreadsheetml.sheet.main+xml"), recognition.SHEETS),
        (content_types("vnd.ms-excel.sheet.macroEnabled.main+xml"), recognition.SHEETS),
        (content_types("vnd.ms-excel.sheet.binary.macroEnabled.main"), recognition.BINARY_SHEETS),
        (content_types("vnd.openxmlformats-officedocument.presentationml.slideshow.main+xml"), recognition.SLIDES),
        (content_types("vnd.ms-visio.drawing.main+xml"), recognition.ARCHIVE),
        (zipped({"mimetype": recognition.OPEN_TEXT, "content.xml": "x"}), recognition.OPEN_TEXT),
        (zipped({"mimetype": recognition.OPEN_SHEETS + "-template"}), recognition.OPEN_SHEETS),
        (zipped({"mimetype": recognition.OPEN_SLIDES}), recognition.OPEN_SLIDES),
        (zipped({"mimetype": "application/vnd.oasis.opendocument.graphics"}), recognition.OPEN_OTHER),
        (zipped({"mimetype": "application/epub+zip"}), recognition.EPUB),
        (zipped({"Index/Document.iwa": "x"}), recognition.APPLE),
        (zipped({"a.txt": "x"}), recognition.ARCHIVE),
        (zipped({}), recognition.ARCHIVE),
        (zipped({"[Content_Types].xml": "x", "word/document.xml": "x"})[:-30], recognition.WORD),
        (zipped({"xl/workbook.xml": "x"})[:60], recognition.SHEETS),
    ],
)
def test_the_bytes_tell_what_a_file_is(body, found):
    assert type_by_content(body) == found


def test_each_reason_is_a_sentence_without_a_line_break():
    assert all(reason.endswith(".") and "\n" not in reason for reason in REFUSALS.values())
