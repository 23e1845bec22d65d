"""PDF files to blocks: text in reading order with its pages, headings, lists and simple tables."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import pypdfium2

from ragportal.knowledge.parsing.building import TextBuilder, one_line
from ragportal.knowledge.parsing.document import ParsedDocument, ParsingFailed, Place
from ragportal.knowledge.parsing.grid import Row, add_rows, header_rows
from ragportal.knowledge.parsing.lists import BULLET, ListWriter
from ragportal.knowledge.parsing.office.package import real_title
from ragportal.knowledge.parsing.pdf.furniture import without_furniture
from ragportal.knowledge.parsing.pdf.headings import Headings, body_height, plain, read_outline
from ragportal.knowledge.parsing.pdf.order import reading_order
from ragportal.knowledge.parsing.pdf.pages import Box, Page, read_pages
from ragportal.knowledge.parsing.pdf.paragraphs import ITEM, Paragraph, box_of, gather, joined
from ragportal.knowledge.parsing.pdf.rows import Line, read_rows
from ragportal.knowledge.parsing.pdf.tables import find_columns, prose_columns, table_rows

NO_TEXT = "The PDF holds only images; text recognition is not built in."
MOST_PAGES = 5_000
_MOST_UNREADABLE = 0.3
_OPEN_END = re.compile(r"[^\s.!?:;]$")


@dataclass(frozen=True, slots=True)
class Table:
    """The rows of a table on one page, or of the part of it that is there."""

    rows: list[Row]
    page: int
    box: Box


Part = Paragraph | Table


def parse_pdf(body: bytes, charset: str) -> ParsedDocument:
    """The text of a PDF as far as it has any; each block knows its page. Pages that are images alone are noted.

    Headings are those of the outline, else what is set larger. Running headers, footers and page numbers are left out.
    """
    document = _opened(body)
    try:
        if len(document) > MOST_PAGES:
            raise ParsingFailed(f"The PDF has {len(document):,} pages; at most {MOST_PAGES:,} are read.")
        pages = list(read_pages(document))
        outline = read_outline(document)
        stated = real_title(document.get_metadata_dict().get("Title") or "")
    finally:
        document.close()
    _check(pages)
    notes = tuple(_notes(pages))
    lines = without_furniture(pages)
    parts = [part for page, own in zip(pages, lines, strict=True) for part in _in_order(page, own)]
    body_lines = body_height(line for own in lines for line in own)
    headings = Headings([part for part in parts if isinstance(part, Paragraph)], outline, body_lines)
    builder = _written(parts, headings)
    title = _title(stated, pages, parts, headings)
    return ParsedDocument(title, builder.text, tuple(builder.blocks), notes=notes)


def _opened(body: bytes) -> pypdfium2.PdfDocument:
    try:
        return pypdfium2.PdfDocument(body)
    except pypdfium2.PdfiumError as error:
        reason = str(error).lower()
        if "password" in reason or "security" in reason:
            raise ParsingFailed("The PDF is protected by a password: save it without one.") from error
        raise ParsingFailed("The PDF is damaged or was cut off.") from error


def _check(pages: Sequence[Page]) -> None:
    readable = sum(page.characters for page in pages)
    unreadable = sum(page.unreadable for page in pages)
    if unreadable > _MOST_UNREADABLE * (readable + unreadable):
        raise ParsingFailed("The PDF does not say which letters its fonts show, so that its text cannot be read.")
    if not readable and any(page.has_images for page in pages):
        raise ParsingFailed(NO_TEXT)


def _notes(pages: Sequence[Page]) -> Iterator[str]:
    scanned = [str(page.number) for page in pages if page.has_images and not page.characters]
    if scanned:
        yield f"Pages that hold only images, whose text is not read: {', '.join(scanned)}."


def _in_order(page: Page, lines: list[Line]) -> Iterator[Part]:
    parts = list(_parts(page, lines))
    yield from (parts[place] for place in reading_order([part.box for part in parts]))
    turned = read_rows(page.turned)
    yield from gather(turned, page.number)


def _parts(page: Page, lines: list[Line]) -> Iterator[Part]:
    waiting: list[Line] = []
    for found in find_columns(lines):
        if isinstance(found, Line):
            waiting.append(found)
            continue
        yield from gather(waiting, page.number)
        waiting = []
        if found.is_prose:
            yield from gather(prose_columns(found), page.number)
        else:
            yield Table(table_rows(found), page.number, box_of(found.lines))
    yield from gather(waiting, page.number)


def _written(parts: Sequence[Part], headings: Headings) -> TextBuilder:
    builder = TextBuilder()
    lists = _Items(builder)
    tables = _Tables(builder)
    for part in _joined_over_pages(parts, headings):
        builder.place = Place("page", str(part.page))
        if isinstance(part, Table):
            lists.leave()
            tables.add(part.page, part.rows)
            continue
        tables.leave()
        level = headings.level(part)
        if level:
            lists.leave()
            builder.add("heading", one_line(part.text), level=level)
        else:
            lists.add(part)
    return builder


def _joined_over_pages(parts: Sequence[Part], headings: Headings) -> Iterator[Part]:
    """A paragraph that goes on after the turn of a page is one, on the page where it begins."""
    waiting: Part | None = None
    for part in parts:
        if isinstance(waiting, Paragraph) and isinstance(part, Paragraph) and _goes_on(waiting, part, headings):
            waiting = Paragraph([*waiting.lines, *part.lines], waiting.page, waiting.right)
            continue
        if waiting is not None:
            yield waiting
        waiting = part
    if waiting is not None:
        yield waiting


def _goes_on(before: Paragraph, after: Paragraph, headings: Headings) -> bool:
    return (
        after.page == before.page + 1
        and abs(after.height - before.height) < 0.1 * before.height
        and after.lines[0].text[:1].islower()
        and bool(_OPEN_END.search(before.lines[-1].text))
        and not (headings.level(before) or headings.level(after))
    )


class _Items:
    """Writes paragraphs, and as items of lists those that begin with a bullet or number."""

    def __init__(self, builder: TextBuilder) -> None:
        self._builder = builder
        self._lists = ListWriter(builder)

    def add(self, paragraph: Paragraph) -> None:
        """A paragraph that is no heading."""
        found = ITEM.fullmatch(paragraph.lines[0].text)
        if found is None:
            self.leave()
            self._builder.add("paragraph", one_line(paragraph.text))
            return
        marker = found["marker"] if found["marker"][-1] in ".)" else BULLET
        text = joined([found["text"], *(line.text for line in paragraph.lines[1:])])
        self._lists.add(one_line(text), round(paragraph.lines[0].left), marker)

    def leave(self) -> None:
        """No list goes on."""
        self._lists.leave()


class _Tables:
    """Writes tables; one that goes on after the turn of a page keeps its header."""

    def __init__(self, builder: TextBuilder) -> None:
        self._builder = builder
        self._names: tuple[str, ...] = ()
        self._header: int | None = None
        self._page = 0

    def add(self, page: int, rows: list[Row]) -> None:
        """The rows of one table on one page."""
        goes_on = self._header is not None and page == self._page + 1 and len(rows[0].cells) == len(self._names)
        if goes_on and rows[0].cells == self._names:
            rows = rows[1:]
        header = 0 if goes_on else header_rows(rows, by_words=False)
        self._names = self._names if goes_on else rows[0].cells
        self._header = add_rows(self._builder, rows, header, self._header if goes_on else None)
        self._page = page

    def leave(self) -> None:
        """Something else comes in between."""
        self._header = None


def _title(stated: str, pages: Sequence[Page], parts: Sequence[Part], headings: Headings) -> str:
    """What the file says, if its first page says it too; else the first or largest heading there; else what it says."""
    first = plain(" ".join(piece.text for page in pages[:1] for piece in page.pieces))
    if stated and plain(stated) in first:
        return stated
    if parts and isinstance(parts[0], Paragraph) and headings.level(parts[0]):
        return one_line(parts[0].text)
    opening = [part for part in parts if isinstance(part, Paragraph) and part.page == 1 and headings.level(part)]
    if opening:
        return one_line(min(opening, key=headings.level).text)
    return stated if " " in stated else ""
