"""Putting a document's text together from its blocks."""

import re
import unicodedata
from contextvars import ContextVar

from ragportal.knowledge.parsing.document import Block, BlockKind, HeadingPath, ParsedDocument, ParsingFailed, Place

_SPACE = re.compile(r"\s+")
# Control characters, zero-width characters and soft hyphens: nobody reads them, and words would not be found.
_INVISIBLE = re.compile("[\x00-\x08\x0b\x0e-\x1f\x7f-\x84\x86-\x9f\xad\u200b\u2060\ufeff\ud800-\udfff\ufffe\uffff]")
_ROWS: frozenset[BlockKind] = frozenset({"table_header", "table_row"})
_TIGHT: frozenset[BlockKind] = _ROWS | {"list_item"}
_DEEPEST = 6
_MOST_CHARACTERS = ContextVar("most_characters", default=5_000_000)


def clean(text: str) -> str:
    """Without invisible characters, in Unicode NFC; line breaks are `\\n`."""
    text = _INVISIBLE.sub("", text.replace("\r\n", "\n").replace("\r", "\n"))
    return unicodedata.normalize("NFC", text)


def one_line(text: str) -> str:
    """Cleaned, with each run of white space as one space."""
    return _SPACE.sub(" ", clean(text)).strip()


def limit_text(characters: int) -> None:
    """From now on, a document with more text is refused; see TextBuilder."""
    _MOST_CHARACTERS.set(characters)


def refuse_more(characters: int) -> None:
    """Raises ParsingFailed if a document has more text than it may have."""
    most = _MOST_CHARACTERS.get()
    if characters > most:
        raise ParsingFailed(f"The document has more than {most:,} characters of text.")


class TextBuilder:
    """Collects blocks in reading order; rows and items of one list stand on neighbouring lines.

    Raises ParsingFailed as soon as there is more text than a document may have.
    """

    def __init__(self) -> None:
        self.blocks: list[Block] = []
        self._parts: list[str] = []
        self._length = 0
        self._path = HeadingPath()
        self.place: Place | None = None
        """Where the blocks that come now stand in the original."""

    @property
    def text(self) -> str:
        return "".join(self._parts)

    def add(
        self, kind: BlockKind, text: str, *, level: int = 0, leader: int | None = None, marker: str = ""
    ) -> int | None:
        """Append a block of clean text and return its position; empty text appends nothing and gives None."""
        if kind not in _ROWS:  # the space around an empty first or last cell keeps the cells countable
            text = text.strip("\n") if kind == "code" else text.strip()
        if not text.strip():
            return None
        start = self._append(self._separator(kind) + text) - len(text)
        headings = self._path.enter(text, level) if kind == "heading" else self._path.titles
        self.blocks.append(Block(kind, start, start + len(text), level, headings, leader, marker, self.place))
        return len(self.blocks) - 1

    def include(self, parsed: ParsedDocument, *, deeper: int = 0, quoted: bool = False) -> None:
        """Append another document's blocks, its headings `deeper` levels down, its paragraphs as quotes if `quoted`."""
        before = len(self.blocks)
        for block in parsed.blocks:
            self.add(
                "quote" if quoted and block.kind == "paragraph" else block.kind,
                parsed.text[block.start : block.end],
                level=min(block.level + deeper, _DEEPEST) if block.kind == "heading" else block.level,
                leader=None if block.leader is None else before + block.leader,
                marker=block.marker,
            )

    def lead_in(self) -> int | None:
        """The paragraph that a list beginning now would continue, if the last block is one."""
        if self.blocks and self.blocks[-1].kind in {"paragraph", "quote"}:
            return len(self.blocks) - 1
        return None

    def _separator(self, kind: BlockKind) -> str:
        if not self.blocks:
            return ""
        return "\n" if kind in _TIGHT and self.blocks[-1].kind in _TIGHT else "\n\n"

    def _append(self, text: str) -> int:
        self._parts.append(text)
        self._length += len(text)
        refuse_more(self._length)
        return self._length
