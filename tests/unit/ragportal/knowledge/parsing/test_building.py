import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ragportal.knowledge.parsing.building import TextBuilder, clean, one_line


@pytest.mark.parametrize(
    ("raw", "cleaned"),
    [
        ("a\r\nb\rc", "a\nb\nc"),
        ("soft\u00adhyphen zero\u200bwidth \ufeffmark", "softhyphen zerowidth mark"),
        ("cafe\u0301", "café"),
        ("nul\x00 bell\x07 half\ud800", "nul bell half"),
    ],
)
def test_what_nobody_sees_is_removed(raw, cleaned):
    assert clean(raw) == cleaned


@given(st.text())
def test_cleaned_text_can_be_stored_anywhere(text):
    cleaned = clean(text)
    cleaned.encode("utf-8")
    assert "\x00" not in cleaned
    assert unicodedata.is_normalized("NFC", cleaned)


def test_white_space_of_any_kind_is_one_space():
    assert one_line(" a\u00a0 b\t\n c ") == "a b c"


def test_rows_and_items_stand_on_neighbouring_lines_and_paragraphs_apart():
    builder = TextBuilder()
    for kind, text in (("paragraph", "Lead:"), ("list_item", "a"), ("list_item", "b"), ("paragraph", "End.")):
        builder.add(kind, text)
    assert builder.text == "Lead:\n\na\nb\n\nEnd."
    assert [builder.text[block.start : block.end] for block in builder.blocks] == ["Lead:", "a", "b", "End."]


def test_text_of_nothing_but_space_is_no_block():
    builder = TextBuilder()
    assert builder.add("paragraph", " \n ") is None
    assert builder.add("code", "\n\n") is None
    assert (builder.text, builder.blocks) == ("", [])
