"""Plain text to blocks: blank lines part paragraphs; simple lists and underlined headings are recognised."""

import re
from collections.abc import Iterator

from ragportal.knowledge.parsing.building import TextBuilder, clean, one_line
from ragportal.knowledge.parsing.decoding import decode
from ragportal.knowledge.parsing.document import ParsedDocument
from ragportal.knowledge.parsing.section_numbers import begins_section

_ITEM = re.compile(r"(?P<indent>[ \t]*)(?P<marker>[-*\u2022\u2013]|\d{1,3}[.)])[ \t]+(?P<text>\S.*)")
_UNDERLINE = re.compile(r"(?:={3,}|-{3,}|~{3,})[ \t]*")
_RULE = re.compile(r"[ \t]*(?:[-=*_~][ \t]*){3,}")
# Lines at least this long were probably broken at a margin; shorter ones (an address, a verse) on purpose.
_WRAPPED = 50


def parse_plain(body: bytes, charset: str) -> ParsedDocument:
    """The title is the first line where it is an underlined heading."""
    reader = _Reader()
    for lines in _paragraphs(clean(decode(body, charset)).replace("\f", "\n\n").split("\n")):
        reader.read(lines)
    blocks, text = reader.builder.blocks, reader.builder.text
    title = text[: blocks[0].end] if blocks and blocks[0].kind == "heading" else ""
    return ParsedDocument(title, text, tuple(blocks))


def _paragraphs(lines: list[str]) -> Iterator[list[str]]:
    paragraph: list[str] = []
    for line in [*lines, ""]:
        if line.strip():
            paragraph.append(line)
        elif paragraph:
            yield paragraph
            paragraph = []


class _Reader:
    def __init__(self) -> None:
        self.builder = TextBuilder()
        self._lead: int | None = None
        self._parents: list[tuple[int, int | None]] = []  # indent and block of the items that enclose the next

    def read(self, lines: list[str]) -> None:
        """One stretch of lines without a blank one."""
        if len(lines) > 1 and _UNDERLINE.fullmatch(lines[1]) and not _ITEM.fullmatch(lines[0]):
            self._leave_list()
            self.builder.add("heading", one_line(lines[0]), level=1 if lines[1].startswith("=") else 2)
            lines = lines[2:]
        loose: list[str] = []
        item: list[str] = []
        for line in lines:
            if _ITEM.fullmatch(line):
                self._add_paragraph(loose)
                self._add_item(item)
                loose, item = [], [line]
            elif item and not begins_section(line):
                item.append(line)
            else:
                self._add_item(item)
                item = []
                loose.append(line)
        self._add_paragraph(loose)
        self._add_item(item)

    def _add_paragraph(self, lines: list[str]) -> None:
        text = _joined([line for line in lines if not _RULE.fullmatch(line)])
        if text:
            self._leave_list()
            self.builder.add("paragraph", text)

    def _add_item(self, lines: list[str]) -> None:
        found = _ITEM.fullmatch(lines[0]) if lines else None
        if found is None:
            return
        if not self._parents:
            self._lead = self.builder.lead_in()
        indent = len(found["indent"].expandtabs(4))
        while self._parents and self._parents[-1][0] >= indent:
            self._parents.pop()
        leader = self._parents[-1][1] if self._parents else self._lead
        marker = found["marker"] if found["marker"][0].isdigit() else "-"
        index = self.builder.add(
            "list_item",
            one_line(" ".join([found["text"], *lines[1:]])),
            level=len(self._parents) + 1,
            leader=leader,
            marker=marker,
        )
        self._parents.append((indent, index))

    def _leave_list(self) -> None:
        self._parents.clear()


def _joined(lines: list[str]) -> str:
    """Lines that were broken at a margin become one; others stay."""
    joined: list[str] = []
    for line in lines:
        wrapped = joined and len(lines[len(joined) - 1].rstrip()) >= _WRAPPED and not begins_section(line)
        joined.append((" " if wrapped else "\n" if joined else "") + one_line(line))
    return "".join(joined)
