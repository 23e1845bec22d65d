"""Office files as office programs write them, and with what the libraries cannot write added as XML."""

import io
import zipfile
from typing import Any

from docx import Document
from docx.oxml import parse_xml
from docx.oxml.ns import nsdecls

NAMESPACES = 'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"'


def saved(document: Any) -> bytes:
    """The bytes of a document, workbook or presentation."""
    buffer = io.BytesIO()
    document.save(buffer)
    return buffer.getvalue()


def word_file(body: str, **parts: str) -> bytes:
    """A Word file with this XML (prefix `w`) as its body. `parts`: further parts by the name of their file."""
    document = Document()
    wrapped = parse_xml(f"<w:body {nsdecls('w', 'r', 'm', 'wp', 'a')} {NAMESPACE_MORE}>{body}</w:body>")
    for element in list(wrapped):
        document.element.body.insert(len(document.element.body) - 1, element)
    return with_parts(saved(document), "word", parts)


NAMESPACE_MORE = (
    'xmlns:mc="http://schemas.openxmlformats.org/markup-compatibility/2006" '
    'xmlns:wps="http://schemas.microsoft.com/office/word/2010/wordprocessingShape" '
    'xmlns:v="urn:schemas-microsoft-com:vml"'
)


def with_parts(file: bytes, folder: str, parts: dict[str, str]) -> bytes:
    """The file with parts added to or replaced in a folder, and related to its main part."""
    source = zipfile.ZipFile(io.BytesIO(file))
    buffer = io.BytesIO()
    main = {"word": "document", "xl": "workbook", "ppt": "presentation"}[folder]
    relations = f"{folder}/_rels/{main}.xml.rels"
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as target:
        for name in source.namelist():
            if name == relations:
                target.writestr(name, source.read(name).replace(b"</Relationships>", _relations(parts)))
            elif name.removeprefix(f"{folder}/").removesuffix(".xml") not in parts:
                target.writestr(name, source.read(name))
        for name, xml in parts.items():
            target.writestr(f"{folder}/{name}.xml", xml)
    return buffer.getvalue()


def _relations(parts: dict[str, str]) -> bytes:
    base = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
    added = (f'<Relationship Id="x{name}" Type="{base}/{name}" Target="{name}.xml"/>' for name in parts)
    return ("".join(added) + "</Relationships>").encode()
