import pytest

from ragportal.knowledge.parsing.document import ParsingFailed
from ragportal.knowledge.parsing.reading import read_document
from tests.factories.zips import zipped


def test_a_parser_gets_the_declared_charset():
    assert read_document("Привет всем".encode("koi8-r"), 'text/plain; charset="koi8-r"', "x.txt").text == "Привет всем"


@pytest.mark.parametrize(
    ("body", "message"),
    [
        (b"\x89PNG\r\n\x1a\n", "an image; text recognition is not built in"),
        (zipped({"a.txt": "x"}), "an archive: unpack it"),
        (b"{\\rtf1 words}", "save it as .docx"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + "EncryptedPackage".encode("utf-16-le"), "protected by a password"),
    ],
)
def test_what_is_not_read_says_what_to_do(body, message):
    with pytest.raises(ParsingFailed, match=message):
        read_document(body, "text/plain", "x.txt")
