import json
import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ragportal.knowledge.parsing.document import ParsingFailed
from ragportal.knowledge.parsing.formats import PARSERS, find_type
from ragportal.knowledge.parsing.json_text import parse_json

VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(), inner, max_size=4),
    max_leaves=12,
)


def read(text: str) -> list[str]:
    parsed = parse_json(text.encode(), "")
    return [parsed.text[block.start : block.end] for block in parsed.blocks]


@pytest.mark.parametrize("name", ["limits.json", "limits.jsonl", "limits.ndjson"])
def test_its_name_tells_what_it_is(name):
    assert PARSERS[find_type("", name, b"{}")] is parse_json


def test_numbers_stay_as_written_and_nothing_is_lost():
    assert read('{"price": 1.10, "big": 1e400, "id": 9007199254740993, "on": true, "none": null, "x": NaN}') == [
        "price: 1.10", "big: 1e400", "id: 9007199254740993", "on: true", "none: null", "x: NaN",
    ]  # fmt: skip


class TestLines:
    TEXT = '{"who": "Ada", "what": "restart"}\n\n{"who": "Mei", "what": "deploy"}\n'

    def test_are_rows_that_know_their_line(self):
        parsed = parse_json(self.TEXT.encode(), "")
        assert parsed.text == "who | what\nAda | restart\nMei | deploy"
        assert [(block.kind, str(block.place), block.leader) for block in parsed.blocks] == [
            ("table_header", "row 1", None), ("table_row", "row 1", 0), ("table_row", "row 3", 0),
        ]  # fmt: skip

    def test_of_different_kinds_are_sections(self):
        parsed = parse_json(b'{"name": "a", "text": "x"}\n{"id": 7, "other": [{"y": 1}, 2]}\n"z"', "")
        assert [(parsed.text[b.start : b.end], str(b.place)) for b in parsed.blocks if b.kind == "heading"] == [
            ("a", "row 1"), ("7", "row 2"), ("other", "row 2"), ("1", "row 2"),
        ]  # fmt: skip
        assert parsed.text.endswith("z")


@pytest.mark.parametrize("text", ["{a: 1}", "// note\n{}", '{"a": 1,}', "just words\nand more"])
def test_what_is_not_json_is_read_as_text(text):
    assert "".join(read(text)) == text


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("[" * 100_000, "levels deep"),
        ('{"a":' * 100_000, "levels deep"),
        ("[" * 200 + "]" * 200, "levels deep"),
        (f"[{'1,' * 250_000}1]", "more than 200,000 values"),
        ("1\n" * 250_000, "more than 200,000 values"),
    ],
)
def test_what_is_no_document_is_refused_at_once(text, message):
    started = time.process_time()
    with pytest.raises(ParsingFailed, match=message):
        read(text)
    assert time.process_time() - started < 10


@settings(deadline=None)  # the machine may be busy
@given(value=VALUES)
def test_any_value_is_read(value):
    parse_json(json.dumps(value).encode(), "")
    parse_json(f"{json.dumps(value)}\n{json.dumps(value)}".encode(), "")
