"""Pages of a PDF as pieces of text with their places, in the order in which the file draws them."""

import ctypes
import math
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from functools import lru_cache

import pypdfium2
import pypdfium2.raw as pdfium

from ragportal.knowledge.parsing.building import one_line

GAP = 0.75
"""Of the height of a line: the space from which on two words belong to different cells, or to widely set prose."""
HYPHEN = "\x02"
"""What pdfium gives for a hyphen at the end of a line."""
_NAME_BYTES = 200
_ASLANT = 10
_BOLD_WEIGHT = 600
_BOLD_NAME = re.compile(rb"bold|black|heavy|semibold", re.IGNORECASE)

Box = tuple[float, float, float, float]
"""Left, bottom, right and top, in points from the lower left corner of the page as it is shown."""


@dataclass(slots=True)
class Piece:
    """Words on one line without a wide gap between them. `height`: of its letters with room above and below."""

    text: str
    left: float
    right: float
    bottom: float
    height: float
    bold: bool = False


@dataclass(slots=True)
class Page:
    """`number` from 1. `turned`: text set upwards, downwards or upside down, in coordinates of its own.

    `unreadable`: characters of which the file does not say what they are.
    """

    number: int
    height: float
    pieces: list[Piece] = field(default_factory=list)
    turned: list[Piece] = field(default_factory=list)
    has_images: bool = False
    unreadable: int = 0

    @property
    def characters(self) -> int:
        return sum(len(piece.text) for piece in (*self.pieces, *self.turned))


def read_pages(document: pypdfium2.PdfDocument) -> Iterator[Page]:
    """Every page; one that is damaged comes without text."""
    for place in range(len(document)):
        try:
            page = document[place]
        except pypdfium2.PdfiumError:
            yield Page(place + 1, 0.0)
            continue
        yield _read(page, place + 1)
        page.close()


def _read(page: pypdfium2.PdfPage, number: int) -> Page:
    width, height = page.get_size()
    found = Page(number, height)
    text = page.get_textpage()
    gathering = _Gathering(text, found, page.get_rotation(), (width, height))
    for place in range(text.count_chars()):
        gathering.take(place)
    gathering.end_piece()
    text.close()
    if found.characters < 20:
        found.has_images = any(True for _ in page.get_objects([pdfium.FPDF_PAGEOBJ_IMAGE], max_depth=3))
    return found


class _Gathering:
    """Puts characters together to pieces."""

    def __init__(self, text: pypdfium2.PdfTextPage, page: Page, rotation: int, size: tuple[float, float]) -> None:
        self._text = text
        self._page = page
        self._rotation = rotation
        self._size = size
        self._turn = 0
        self._letters: list[str] = []
        self._box: Box | None = None
        self._first = self._last = 0
        self._rect = pdfium.FS_RECTF()

    def take(self, place: int) -> None:
        """The character at this place of the page's text."""
        code = pdfium.FPDFText_GetUnicode(self._text, place)
        if code in {0, 0xFFFD}:
            self._page.unreadable += 1
        elif code in {10, 13}:
            self.end_piece()
        elif chr(code).isspace():
            self._letters.append(" ")
        elif pdfium.FPDFText_GetLooseCharBox(self._text, place, self._rect):
            self._take_letter(place, chr(code))

    def _take_letter(self, place: int, letter: str) -> None:
        degrees = -math.degrees(pdfium.FPDFText_GetCharAngle(self._text, place))
        turn = round(degrees / 90) * 90 % 360
        if abs(degrees - round(degrees / 90) * 90) > _ASLANT:
            return  # a watermark across the page
        if turn != self._turn:
            self.end_piece()
            self._turn = turn
        rect = self._rect
        turned = _turned(turn, *self._size)
        self._add(place, letter, turned((rect.left, rect.bottom, rect.right, rect.top)))

    def end_piece(self) -> None:
        """What comes now stands elsewhere."""
        text = one_line("".join(letter if letter != HYPHEN else "-" for letter in self._letters))
        if text and self._box:
            left, bottom, right, top = self._box
            bold = self._is_bold(self._first) and self._is_bold(self._last)
            pieces = self._page.pieces if self._turn == self._rotation else self._page.turned
            pieces.append(Piece(text, left, right, bottom, top - bottom, bold))
        self._letters, self._box = [], None

    def _add(self, place: int, letter: str, box: Box) -> None:
        before = self._box
        if before is not None:
            height = max(before[3] - before[1], 1.0)
            is_apart = box[0] - before[2] > GAP * height or box[0] < before[0] - height
            is_elsewhere = abs(box[1] - before[1]) > 0.7 * height and (
                is_apart or self._letters[-1] == HYPHEN or box[0] < before[2] - height
            )
            if is_apart or is_elsewhere:
                self.end_piece()
        if self._box is None:
            self._first, self._box = place, box
        else:
            # The first letter gives the line; a raised or lowered one, as of a footnote, must not bend it.
            left, bottom, right, top = self._box
            taller = box[3] - box[1] > 1.1 * (top - bottom)
            self._box = (left, box[1] if taller else bottom, max(right, box[2]), box[3] if taller else top)
        self._letters.append(letter)
        self._last = place

    def _is_bold(self, place: int) -> bool:
        if pdfium.FPDFText_GetFontWeight(self._text, place) >= _BOLD_WEIGHT:
            return True
        name = ctypes.create_string_buffer(_NAME_BYTES)
        pdfium.FPDFText_GetFontInfo(self._text, place, name, _NAME_BYTES, ctypes.c_int())
        return bool(_BOLD_NAME.search(name.value))


@lru_cache(maxsize=16)
def _turned(degrees: int, width: float, height: float) -> Callable[[Box], Box]:
    """From the coordinates of a page to those in which what is turned clockwise by so much reads from left to right."""
    turns: dict[int, Callable[[Box], Box]] = {
        90: lambda box: (box[1], height - box[2], box[3], height - box[0]),
        180: lambda box: (width - box[2], height - box[3], width - box[0], height - box[1]),
        270: lambda box: (width - box[3], box[0], width - box[1], box[2]),
    }
    return turns.get(degrees, lambda box: box)
