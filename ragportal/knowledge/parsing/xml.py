"""XML of office files as trees, without anything that reaches out of them."""

from collections.abc import Iterator
from typing import IO

from lxml import etree

from ragportal.knowledge.parsing.document import ParsingFailed

Element = etree._Element
"""lxml's class has no public name."""


def parse_xml(text: bytes) -> Element:
    """The root element. Raises ParsingFailed for a DTD (no office file has one), deep nesting or a mistake in it."""
    parser = etree.XMLParser(
        resolve_entities=False, no_network=True, load_dtd=False, huge_tree=False, remove_comments=True, remove_pis=True
    )
    try:
        root = etree.fromstring(text, parser)
    except etree.XMLSyntaxError as error:
        raise ParsingFailed("The file is damaged: a part of it is not well-formed XML.") from error
    if root is None:
        raise ParsingFailed("The file is damaged: a part of it is not well-formed XML.")
    refuse_dtd(root)
    return root


def stream_xml(stream: IO[bytes], *names: str) -> Iterator[Element]:
    """Each element of these local names, in their order; its content is dropped when the next one comes.

    For parts that are too large for a tree. Raises ParsingFailed as `parse_xml` does.
    """
    tags = tuple(f"{{*}}{name}" for name in names)
    events = etree.iterparse(stream, tag=tags, resolve_entities=False, no_network=True, load_dtd=False)
    first = True
    try:
        for _, element in events:
            if first:
                refuse_dtd(element)
                first = False
            yield element
            _drop(element)
    except etree.XMLSyntaxError as error:
        raise ParsingFailed("The file is damaged: a part of it is not well-formed XML.") from error


def _drop(element: Element) -> None:
    element.clear()
    parent = element.getparent()
    while parent is not None and element.getprevious() is not None:
        del parent[0]


def refuse_dtd(root: Element) -> None:
    """Raises ParsingFailed if the document of this element declares a DTD, whose entities may be a bomb."""
    if root.getroottree().docinfo.internalDTD is not None:
        raise ParsingFailed("The file declares XML entities, which no office program writes; it is not read.")


def local_name(element: Element) -> str:
    """`p` of `{http://…}p`; "" of what is no element."""
    return element.tag.rpartition("}")[2] if isinstance(element.tag, str) else ""


def attribute(element: Element, name: str) -> str | None:
    """The value of an attribute by its local name, whatever its namespace: Office has two sets of them."""
    for key, value in element.attrib.items():
        if key == name or str(key).rpartition("}")[2] == name:
            return str(value)
    return None
