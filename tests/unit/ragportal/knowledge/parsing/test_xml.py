import pytest

from ragportal.knowledge.parsing.document import ParsingFailed
from ragportal.knowledge.parsing.xml import attribute, local_name, parse_xml

LAUGHS = "".join(f"<!ENTITY l{n + 1} '{f'&l{n};' * 10}'>" for n in range(9))


def test_names_are_told_without_their_namespace():
    root = parse_xml(b"<w:p xmlns:w='urn:x' w:val='1' id='2'><!-- no --><w:r/></w:p>")
    assert (local_name(root), local_name(root[0])) == ("p", "r")
    assert (attribute(root, "val"), attribute(root, "id"), attribute(root, "none")) == ("1", "2", None)


@pytest.mark.parametrize(
    "text",
    [
        f"<!DOCTYPE a [<!ENTITY l0 'ha'>{LAUGHS}]><a>&l9;</a>",
        f"<!DOCTYPE a [<!ENTITY l0 'ha'>{LAUGHS}]><a b='&l9;'/>",
        "<!DOCTYPE a [<!ENTITY x SYSTEM 'file:///etc/hostname'>]><a>&x;</a>",
        "<!DOCTYPE a SYSTEM 'http://127.0.0.1:1/x.dtd'><a/>",
    ],
)
def test_what_declares_entities_is_refused(text):
    with pytest.raises(ParsingFailed, match="entities|well-formed"):
        parse_xml(text.encode())


@pytest.mark.parametrize("text", [b"", b"<a>", b"words", b"<a>" * 100_000, b"<a>\x01</a>"])
def test_what_is_no_xml_is_damaged(text):
    with pytest.raises(ParsingFailed, match="damaged"):
        parse_xml(text)
