import pytest

from ragportal.knowledge.parsing.decoding import decode
from ragportal.knowledge.parsing.document import ParsingFailed

TEXT = "Müller says: 30 € “now”"


@pytest.mark.parametrize(
    ("body", "charset"),
    [
        (TEXT.encode(), ""),
        (TEXT.encode(), "iso-8859-1"),  # wrongly declared
        (TEXT.encode("utf-8-sig"), ""),
        (TEXT.encode("utf-16"), ""),
        (TEXT.encode("utf-32"), ""),
        (b"\xfe\xff" + TEXT.encode("utf-16-be"), ""),
        (("plain Western text, " * 3 + TEXT).encode("cp1252"), ""),
        (TEXT.encode("cp1252"), "windows-1252"),
        (TEXT.encode("cp1252"), "no-such-charset"),
    ],
)
def test_the_encoding_is_found(body, charset):
    assert decode(body, charset).endswith(TEXT)


@pytest.mark.parametrize("encoding", ["utf-16-le", "utf-16-be"])
def test_utf16_without_a_mark_is_recognised(encoding):
    text = "Grüße from the office"
    assert decode(text.encode(encoding)) == text


def test_what_a_page_declares_of_itself_is_believed_where_utf8_does_not_fit():
    body = '<meta charset="koi8-r"><p>Привет</p>'.encode("koi8-r")
    assert "Привет" in decode(body)


@pytest.mark.parametrize(
    ("body", "message"),
    [
        (b"%PDF-1.7 ...", "a PDF"),
        (b"PK\x03\x04....", "Office"),
        (b"\x89PNG....", "image"),
        (b"a long text with a single \x00 in it" + b" and more" * 50, "binary"),
        (b"\x01\x02\x03\x04\x05 text", "binary"),
        (bytes(range(256)) * 4, "binary"),
    ],
)
def test_binary_data_is_refused_in_a_clear_sentence(body, message):
    with pytest.raises(ParsingFailed, match=message):
        decode(body)
