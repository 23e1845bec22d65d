"""Source code to blocks: the text is the code itself, a block a function or a part of one."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from tree_sitter import Language, Node, Parser

from ragportal.knowledge.parsing.building import clean, refuse_more
from ragportal.knowledge.parsing.decoding import decode
from ragportal.knowledge.parsing.document import Block, ParsedDocument, Place
from ragportal.knowledge.parsing.grammars import Grammar

LONGEST_BLOCK = 400
"""Characters of a block; a longer function is several, cut where its lines are indented least."""

_DECLARED = re.compile(rb"\A(?:[^\n]*\n)?[ \t]*(?:#|//|/\*)[^\n]{0,100}?coding[:=][ \t]*([-\w.]{2,40})")
_CLOSES = re.compile(r"\s*[)\]}]")
_BLANK_LINE_IS_WORTH = 8  # columns of indentation


@dataclass(frozen=True, slots=True)
class _Segment:
    """Lines from `first` up to the next segment. `symbol`: whose they are, "" = the file's own.

    `body`: the line in which the statements of a declaration begin; `first` where there is none.
    """

    first: int
    symbol: str
    body: int


def parse_code(body: bytes, charset: str, grammar: Grammar) -> ParsedDocument:
    """Each function, method and class is blocks of its own with its symbol as place; what is left has lines as place.

    Comments right above a declaration belong to it. Code that is not quite right is read as far as it can be.
    """
    declared = _DECLARED.match(body[:400])
    text = clean(decode(body, charset or (declared[1].decode("ascii") if declared else "")))
    refuse_more(len(text))
    lines = text.split("\n")
    tree = Parser(Language(grammar.language())).parse(text.encode())
    segments = _Outline(grammar, lines).segments(tree.root_node)
    return ParsedDocument("", text, tuple(_blocks(text, lines, segments)))


class _Outline:
    """Finds the declarations of a file, from the outermost to those within them."""

    def __init__(self, grammar: Grammar, lines: Sequence[str]) -> None:
        self._grammar = grammar
        self._lines = lines
        self._segments = [_Segment(0, "", 0)]

    def segments(self, root: Node) -> list[_Segment]:
        """At least one; the first begins with the first line."""
        self._members(root, "")
        return self._segments

    def _members(self, holder: Node, within: str) -> None:
        for member in (child for child in holder.named_children if "comment" not in child.type):
            declared = self._declared(member)
            if member.type == "ERROR" or member.type.endswith("_declarations"):
                self._members(member, within)
            elif declared is None:
                self._begin(self._first_line(member), within, is_new=False)
            elif declared.type in self._grammar.spaces:
                self._members(_body(declared) or declared, within)
            else:
                self._declaration(member, declared, within)

    def _declaration(self, member: Node, declared: Node, within: str) -> None:
        symbol = ".".join(filter(None, (within, _receiver(declared), _name(declared))))
        inner = _body(declared)
        first = self._first_line(member)
        statements = (inner.named_children or [inner]) if inner else []
        body = max(statements[0].start_point.row, declared.start_point.row + 1) if statements else first
        self._begin(first, symbol, is_new=True, body=body)
        if inner is not None and declared.type in self._grammar.holders:
            self._members(inner, symbol)

    def _begin(self, line: int, symbol: str, *, is_new: bool, body: int = 0) -> None:
        """What comes belongs to `symbol`. Two declarations that share a line stay together."""
        last = self._segments[-1]
        if line > last.first and (is_new or symbol != last.symbol):
            self._segments.append(_Segment(line, symbol, max(body, line)))
        elif line <= last.first and is_new and not last.symbol:
            self._segments[-1] = _Segment(last.first, symbol, body)

    def _declared(self, node: Node) -> Node | None:
        """The declaration that a node is or wraps; None if it is none, or several."""
        grammar = self._grammar
        if node.type in grammar.holders | grammar.declarations | grammar.spaces:
            return node
        if node.type in grammar.assigned:
            value = node.child_by_field_name("value")
            return node if value is not None and value.type in grammar.values | grammar.holders else None
        if node.type in grammar.wrappers:
            found = [inner for inner in map(self._declared, node.named_children) if inner is not None]
            return found[0] if len(found) == 1 else None
        return None

    def _first_line(self, node: Node) -> int:
        """Where a node begins, the comments right above it included."""
        line = node.start_point.row
        before = node.prev_sibling or (node.parent.prev_sibling if node.parent else None)
        while before is not None and "comment" in before.type and self._stands_above(before, line):
            line = before.start_point.row
            before = before.prev_sibling
        return line

    def _stands_above(self, comment: Node, line: int) -> bool:
        start = comment.start_point
        return comment.end_point.row >= line - 1 and not self._lines[start.row][: start.column].strip()


def _name(declared: Node) -> str:
    name = declared.child_by_field_name("name") or declared.child_by_field_name("property")
    return name.text.decode().strip("\"'#") if name is not None and name.text else ""


def _receiver(declared: Node) -> str:
    """The type that a Go method belongs to."""
    receiver = declared.child_by_field_name("receiver")
    found = re.search(rb"\*?\s*(\w+)\s*(?:\[[^\]]*\])?\s*\)", receiver.text or b"") if receiver is not None else None
    return found[1].decode() if found else ""


def _body(declared: Node) -> Node | None:
    value = declared.child_by_field_name("value")
    return declared.child_by_field_name("body") or (value.child_by_field_name("body") if value is not None else None)


def _blocks(text: str, lines: Sequence[str], segments: Sequence[_Segment]) -> Iterator[Block]:
    starts = [0]
    for line in lines:
        starts.append(starts[-1] + len(line) + 1)
    count = 0
    ends = [segment.first for segment in segments[1:]] + [len(lines)]
    for segment, end in zip(segments, ends, strict=True):
        head: int | None = None
        for first, last in _pieces(lines, segment, end):
            start, stop = _without_blank_lines(text, starts[first], starts[last] - 1)
            if start < stop:
                begins = text.count("\n", starts[first], start) + first + 1
                place = _place(segment.symbol, begins, begins + text.count("\n", start, stop))
                yield Block("code", start, stop, leader=head, place=place)
                head = count if head is None and segment.symbol else head
                count += 1


def _place(symbol: str, first: int, last: int) -> Place:
    if symbol:
        return Place("symbol", symbol)
    return Place("lines", f"{first}-{last}" if last > first else str(first))


def _pieces(lines: Sequence[str], segment: _Segment, end: int) -> Iterator[tuple[int, int]]:
    """Lines [first, last) of each block: the whole segment, or its head and then parts of its body."""
    if _length(lines, segment.first, end) <= LONGEST_BLOCK:
        yield segment.first, end
        return
    head = min(segment.body, end)
    if segment.symbol and segment.first < head < end and _length(lines, segment.first, head) <= LONGEST_BLOCK:
        yield segment.first, head
    else:
        head = segment.first
    while head < end:
        cut = _cut(lines, head, end)
        yield head, cut
        head = cut


def _cut(lines: Sequence[str], first: int, end: int) -> int:
    """The end of a part: as far as it may reach, before a line that is indented little."""
    last = first + 1
    while last < end and _length(lines, first, last + 1) <= LONGEST_BLOCK:
        last += 1
    if last == end:
        return end
    middle = first + max(1, (last - first) // 2)
    return min(range(last, middle - 1, -1), key=lambda line: _price(lines, line)) if middle < last else last


def _price(lines: Sequence[str], line: int) -> int:
    """How bad it is to cut before a line."""
    if not lines[line].strip() or _CLOSES.match(lines[line]):
        return 1_000
    indented = len(lines[line]) - len(lines[line].lstrip())
    return indented - _BLANK_LINE_IS_WORTH * (not lines[line - 1].strip())


def _length(lines: Sequence[str], first: int, last: int) -> int:
    return sum(len(line) + 1 for line in lines[first:last])


def _without_blank_lines(text: str, start: int, end: int) -> tuple[int, int]:
    """The span without blank lines at its ends; the first line keeps its indentation."""
    while start < end and not text[start : (text.find("\n", start, end) + 1 or end)].strip():
        start = text.find("\n", start, end) + 1 or end
    return start, start + len(text[start:end].rstrip())
