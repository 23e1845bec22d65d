"""JSON, and JSON lines, to blocks."""

import json
from collections.abc import Iterable
from typing import Any

from ragportal.knowledge.parsing.building import TextBuilder
from ragportal.knowledge.parsing.decoding import decode
from ragportal.knowledge.parsing.document import ParsedDocument
from ragportal.knowledge.parsing.plain import parse_plain
from ragportal.knowledge.parsing.trees import (
    MOST_VALUES,
    Record,
    Tree,
    add_records,
    add_tree,
    count_values,
    too_deep,
    too_many,
)


def parse_json(body: bytes, charset: str) -> ParsedDocument:
    """One value, or one on each line; what is neither is read as plain text. It has no title.

    Raises ParsingFailed for what is nested too deeply, or has too many values for a document.
    """
    text = decode(body, charset).removeprefix("\ufeff")
    builder = TextBuilder()
    try:
        _add(builder, text)
    except json.JSONDecodeError:
        return parse_plain(body, charset)
    except RecursionError:
        raise too_deep() from None
    return ParsedDocument("", builder.text, tuple(builder.blocks))


def _add(builder: TextBuilder, text: str) -> None:
    try:
        value = _read(text)
    except json.JSONDecodeError:
        lines = enumerate(text.split("\n"), start=1)
        records = [(number, _read(line)) for number, line in lines if line.strip()]
        _refuse_too_many(tree for _, tree in records)
        add_records(builder, records)
    else:
        _refuse_too_many((value,))
        add_tree(builder, value)


def _refuse_too_many(trees: Iterable[Tree]) -> None:
    if count_values(trees) > MOST_VALUES:
        raise too_many()


def _read(text: str) -> Tree:
    """Numbers stay as written."""
    return _tree(json.loads(text, object_pairs_hook=_record, parse_float=str, parse_int=str, parse_constant=str))


def _record(pairs: list[tuple[str, Any]]) -> Record:
    return Record({key: _tree(value) for key, value in pairs})


def _tree(value: Any) -> Tree:
    if isinstance(value, str | Record):
        return value
    if isinstance(value, list):
        return [_tree(element) for element in value]
    return json.dumps(value)
