import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ragportal.knowledge.parsing.document import ParsingFailed
from ragportal.knowledge.parsing.parse import parse


def test_a_document_knows_its_language():
    parsed = parse(b"# Holidays\n\nThe office is closed on the following days of the year.", "", "holidays.md")
    assert (parsed.title, parsed.language) == ("Holidays", "en")


def test_the_language_is_that_of_its_sentences():
    names = "- Büro für Öffentlichkeitsarbeit\n- Straße der Einheit\n- Abteilung für Übersetzungen\n" * 15
    sentence = "The following people work in our office in Vienna, and you may ask each of them about the building."
    assert parse(f"{names}\n\n{sentence}".encode(), "", "x.md").language == "en"


def test_the_declared_charset_reaches_the_parser():
    assert parse("Привет всем".encode("koi8-r"), 'text/plain; charset="koi8-r"', "x.txt").text == "Привет всем"


@pytest.mark.parametrize(
    ("body", "media_type", "name", "message"),
    [
        (b"", "text/plain", "x.txt", "is empty"),
        (b" \n\t", "", "x.md", "is empty"),
        (b"<script>x</script>", "", "x.html", "no text"),
        (b"<!-- x -->", "", "x.md", "no text"),
        (b"\xef\xbb\xbf", "", "x.txt", "no text"),
        (b"x\x00\x01" * 100, "", "x.xyz", "no parser for documents of type 'unknown'"),
        (b"x" * 100, "text/x-unheard", "x.txt", "no parser for documents of type 'text/x-unheard'"),
        (b"a\x00b", "", "x.txt", "binary"),
        (b"<div>" * 3000, "", "x.html", "levels deep"),
    ],
)
def test_what_cannot_be_read_says_why(body, media_type, name, message):
    with pytest.raises(ParsingFailed, match=message):
        parse(body, media_type, name)


def test_what_is_too_large_is_refused_unread(settings):
    settings.DOCUMENT_MB = 1
    with pytest.raises(ParsingFailed, match="has 1.1 MB; at most 1 MB are read"):
        parse(b"x" * 1_150_000, "", "x.txt")


@pytest.mark.parametrize("name", ["x.md", "x.html", "x.txt"])
@given(body=st.binary(max_size=200))
def test_any_bytes_are_read_or_refused(name, body):
    try:
        parsed = parse(body, "", name)
    except ParsingFailed:
        return
    assert parsed.text
    assert parsed.blocks


@pytest.mark.parametrize("name", ["x.md", "x.html", "x.txt"])
def test_a_long_document_is_read_in_reasonable_time(name):
    started = time.process_time()
    parse(b"A line of a long list, with words.\n- item\n\n" * 3_000, "", name)
    assert time.process_time() - started < 30  # a guard against quadratic work, not a measurement
