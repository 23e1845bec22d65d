from ragportal.knowledge.parsing.plain import parse_plain

NOTE = """Office guide
============

Lines that were broken at a margin belong together and
become one line.

12 Main Street
Springfield

Bring with you:
- a card
  - blue
  - red, or if you have lost the blue one any other
    that was issued
- a key

1) first
2) second

Rooms
-----
Ask. ----
***
"""


def test_a_note_with_everything():
    parsed = parse_plain(NOTE.encode(), "")
    assert parsed.title == "Office guide"
    assert [(b.kind, parsed.text[b.start : b.end], b.level, b.leader, b.marker) for b in parsed.blocks] == [
        ("heading", "Office guide", 1, None, ""),
        ("paragraph", "Lines that were broken at a margin belong together and become one line.", 0, None, ""),
        ("paragraph", "12 Main Street\nSpringfield", 0, None, ""),
        ("paragraph", "Bring with you:", 0, None, ""),
        ("list_item", "a card", 1, 3, "-"),
        ("list_item", "blue", 2, 4, "-"),
        ("list_item", "red, or if you have lost the blue one any other that was issued", 2, 4, "-"),
        ("list_item", "a key", 1, 3, "-"),
        ("list_item", "first", 1, 3, "1)"),
        ("list_item", "second", 1, 3, "2)"),
        ("heading", "Rooms", 2, None, ""),
        ("paragraph", "Ask. ----", 0, None, ""),
    ]


def test_words_alone_have_no_title():
    assert parse_plain(b"Just words.", "").title == ""


def test_a_page_break_parts_paragraphs():
    assert parse_plain(b"one\x0ctwo", "").text == "one\n\ntwo"
