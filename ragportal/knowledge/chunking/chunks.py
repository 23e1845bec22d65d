"""From a parsed document to the chunks that are embedded, searched and cited."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from integrations.embeddings.base import Embedder
from ragportal.knowledge.chunking.packing import Packer, Range
from ragportal.knowledge.chunking.sections import Sections
from ragportal.knowledge.chunking.tokens import TokenCounter
from ragportal.knowledge.parsing.document import ParsedDocument

# Title and headings take room from the text; in characters, so that what is embedded follows from what is stored.
_MOST_TITLE = 160
_MOST_HEADINGS = 160
_PATH_SEPARATOR = " > "
# Below this share of a chunk, neighbouring sections of one parent are put together: a heading with one sentence
# tells a search little.
_SMALL_SHARE = 0.4
_LEAST_ROOM = 8


@dataclass(frozen=True, slots=True)
class ChunkText:
    """Characters [start, end) of the document's text, under the headings of `heading_path` (outermost first).

    `text` ends with exactly those characters; before them may stand what they need to be understood and what lies
    before `start`: the header row of their table, the lead-in of their list.
    """

    ordinal: int
    start: int
    end: int
    heading_path: tuple[str, ...]
    text: str


def heading_line(heading_path: Sequence[str]) -> str:
    """The headings of a chunk on one line, outermost first."""
    return _PATH_SEPARATOR.join(heading_path)


def embedding_text(title: str, heading_path: Sequence[str], text: str) -> str:
    """What is embedded for a chunk: title, headings and text, a line each; a very long title is cut."""
    return "\n".join(filter(None, (_cut(title, _MOST_TITLE), heading_line(heading_path), text)))


def chunk_document(
    parsed: ParsedDocument, title: str, embedder: Embedder, *, max_tokens: int = 512, overlap: int = 50
) -> tuple[ChunkText, ...]:
    """Cut a document by headings, then blocks, then sentences. Every block is in a chunk or a chunk's heading path.

    `embedding_text` of each chunk has at most `max_tokens` tokens and never exceeds the embedder's window; both
    count title, headings and special tokens. `overlap`: tokens that consecutive chunks of one long section share.
    Raises ValueError if the window has no room for text.
    """
    chunker = _Chunker(parsed, title, embedder, min(max_tokens, embedder.window), overlap)
    return tuple(
        ChunkText(ordinal, part.start, part.end, path, chunker.text(part))
        for ordinal, (part, path) in enumerate(chunker.parts())
    )


class _Chunker:
    def __init__(self, parsed: ParsedDocument, title: str, embedder: Embedder, limit: int, overlap: int) -> None:
        self._parsed = parsed
        self._title = title
        self._embedder = embedder
        self._limit = limit - embedder.special_tokens
        self._counter = TokenCounter(parsed.text, embedder)
        self._packer = Packer(parsed, self._counter, embedder, min(overlap, self._limit // 4))

    def parts(self) -> Iterator[tuple[Range, tuple[str, ...]]]:
        sections = Sections(self._parsed.text, self._parsed.blocks, self._tokens, small=int(self._limit * _SMALL_SHARE))
        for span in sections.spans(self._first_block()):
            path, room = self._path_and_room(span.path)
            for part in self._packer.ranges(span.first, span.last, room):
                for fitting in self._fitting(part, path):
                    yield fitting, path

    def text(self, part: Range) -> str:
        own = self._parsed.text[part.start : part.end]
        return f"{part.lead}\n{own}" if part.lead else own

    def _tokens(self, first: int, last: int) -> int:
        blocks = self._parsed.blocks
        return self._counter.count(blocks[first].start, blocks[last - 1].end)

    def _first_block(self) -> int:
        """A first heading that merely repeats the title is left out, unless there is nothing else."""
        blocks = self._parsed.blocks
        repeats = (
            len(blocks) > 1
            and blocks[0].kind == "heading"
            and self._is_title(self._parsed.text[blocks[0].start : blocks[0].end])
        )
        return 1 if repeats else 0

    def _is_title(self, heading: str) -> bool:
        return heading.casefold().strip() == self._title.casefold().strip()

    def _path_and_room(self, headings: tuple[str, ...]) -> tuple[tuple[str, ...], int]:
        """The headings that are embedded with the text, and how many tokens they leave it."""
        path = _bounded(headings[1:] if headings and self._is_title(headings[0]) else headings)
        room = self._limit - self._prefix(path)
        if room < self._limit // 2:
            path = ()
            room = self._limit - self._prefix(path)
        if room < _LEAST_ROOM:
            raise ValueError(f"A chunk of {self._limit} tokens has no room for text beside its title.")
        return path, room

    def _prefix(self, path: tuple[str, ...]) -> int:
        return len(self._embedder.token_offsets(embedding_text(self._title, path, "")))

    def _fitting(self, part: Range, path: tuple[str, ...]) -> Iterator[Range]:
        """The range itself; or its halves, should the tokens of the whole be more than the sum of its parts.

        Some tokenizers join across white space, and a word cut in two has other tokens than before: so what is
        embedded is counted once more, and being cut in the model is impossible.
        """
        embedded = embedding_text(self._title, path, self.text(part))
        if len(self._embedder.token_offsets(embedded)) <= self._limit:
            yield part
            return
        if part.end - part.start < 2:
            raise ValueError("One character does not fit beside its title.")
        middle = self._middle(part)
        for half in (Range(part.start, middle), Range(middle, part.end)):
            yield from self._fitting(half, path)

    def _middle(self, part: Range) -> int:
        centre = (part.start + part.end) // 2
        space = self._parsed.text.rfind(" ", part.start + 1, centre)
        return space + 1 if space > 0 else centre


def _bounded(headings: tuple[str, ...]) -> tuple[str, ...]:
    """The innermost headings that fit, as they are nearest to the text."""
    kept: list[str] = []
    left = _MOST_HEADINGS
    for heading in reversed(headings):
        if left <= len(_PATH_SEPARATOR):
            break
        kept.append(_cut(heading, left))
        left -= len(kept[-1]) + len(_PATH_SEPARATOR)
    return tuple(reversed(kept))


def _cut(text: str, most: int) -> str:
    """At most `most` characters, cut at a space where there is one."""
    text = " ".join(text.split())
    if len(text) <= most:
        return text
    return text[: text.rfind(" ", most // 2, most + 1)] if " " in text[most // 2 : most + 1] else text[:most]
