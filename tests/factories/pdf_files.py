"""PDF files written by hand: text at given places, with bookmarks, pictures and damage as wanted."""

from collections.abc import Sequence
from dataclasses import dataclass, field

WIDTH, HEIGHT = 595, 842
_PICTURE = (
    b"<< /Type /XObject /Subtype /Image /Width 1 /Height 1 /ColorSpace /DeviceGray /BitsPerComponent 8 /Length 1 >>\n"
    b"stream\n\x80\nendstream"
)


@dataclass(frozen=True)
class Words:
    """A text drawn from (x, y), y upwards from the foot of the page; `turn`: 90 = from the bottom up."""

    x: float
    y: float
    text: str
    size: float = 11
    bold: bool = False
    turn: int = 0

    def operators(self) -> str:
        matrix = {0: "1 0 0 1", 90: "0 1 -1 0", 45: "0.7 0.7 -0.7 0.7"}[self.turn]
        text = self.text.replace("\\", r"\\").replace("(", r"\(").replace(")", r"\)")
        return f"BT /F{2 if self.bold else 1} {self.size} Tf {matrix} {self.x} {self.y} Tm ({text}) Tj ET"


@dataclass(frozen=True)
class PdfPage:
    words: Sequence[Words] = ()
    picture: bool = False
    rotate: int = 0


@dataclass
class PdfFile:
    """`bookmarks`: (title, page from 0, level from 0)."""

    pages: Sequence[PdfPage]
    title: str = ""
    bookmarks: Sequence[tuple[str, int, int]] = ()
    encrypted: bool = False
    _objects: list[bytes] = field(default_factory=list)

    def saved(self) -> bytes:
        """The bytes of the file."""
        catalog, pages = self._add(b""), self._add(b"")
        fonts = [self._add(_font(name)) for name in ("Helvetica", "Helvetica-Bold")]
        picture = self._add(_PICTURE)
        numbers = [self._page(page, pages, fonts, picture) for page in self.pages]
        kids = " ".join(f"{number} 0 R" for number in numbers)
        self._objects[pages - 1] = f"<< /Type /Pages /Kids [{kids}] /Count {len(numbers)} >>".encode()
        outline = f" /Outlines {self._outline(numbers)} 0 R" if self.bookmarks else ""
        self._objects[catalog - 1] = f"<< /Type /Catalog /Pages {pages} 0 R{outline} >>".encode()
        trailer = f"/Root {catalog} 0 R"
        if self.title:
            trailer += f" /Info {self._add(f'<< /Title ({self.title}) >>'.encode('cp1252'))} 0 R"
        if self.encrypted:
            secret = f"<< /Filter /Standard /V 1 /R 2 /O <{'a1' * 32}> /U <{'b2' * 32}> /P -4 >>"
            trailer += f" /Encrypt {self._add(secret.encode())} 0 R /ID [<{'00' * 16}> <{'00' * 16}>]"
        return self._assembled(trailer)

    def _add(self, content: bytes) -> int:
        self._objects.append(content)
        return len(self._objects)

    def _page(self, page: PdfPage, pages: int, fonts: list[int], picture: int) -> int:
        drawn = "\n".join(words.operators() for words in page.words) + (
            "\nq 400 0 0 600 50 50 cm /P Do Q" if page.picture else ""
        )
        stream = drawn.encode("cp1252")
        content = self._add(b"<< /Length %d >>\nstream\n%s\nendstream" % (len(stream), stream))
        resources = f"<< /Font << /F1 {fonts[0]} 0 R /F2 {fonts[1]} 0 R >> /XObject << /P {picture} 0 R >> >>"
        return self._add(
            f"<< /Type /Page /Parent {pages} 0 R /MediaBox [0 0 {WIDTH} {HEIGHT}] /Rotate {page.rotate} "
            f"/Contents {content} 0 R /Resources {resources} >>".encode()
        )

    def _outline(self, numbers: list[int]) -> int:
        """All bookmarks, each under the last one of a lower level."""
        root = len(self._objects) + 1
        self._objects += [b""] * (len(self.bookmarks) + 1)
        parents: list[int] = []
        for place, (_, _, level) in enumerate(self.bookmarks):
            above = next((p for p in range(place - 1, -1, -1) if self.bookmarks[p][2] < level), -1)
            parents.append(above)
        for place in range(-1, len(self.bookmarks)):
            children = [child for child, parent in enumerate(parents) if parent == place]
            entry = ""
            if children:
                entry += (
                    f" /First {root + 1 + children[0]} 0 R /Last {root + 1 + children[-1]} 0 R /Count {len(children)}"
                )
            if place >= 0:
                title, page, _ = self.bookmarks[place]
                siblings = [other for other, parent in enumerate(parents) if parent == parents[place]]
                after = siblings.index(place) + 1
                entry += f" /Title ({title}) /Parent {root + 1 + parents[place]} 0 R /Dest [{numbers[page]} 0 R /Fit]"
                entry += f" /Next {root + 1 + siblings[after]} 0 R" if after < len(siblings) else ""
            self._objects[root + place] = f"<<{entry} >>".encode("cp1252")
        return root

    def _assembled(self, trailer: str) -> bytes:
        body = b"%PDF-1.4\n"
        places = []
        for number, content in enumerate(self._objects, 1):
            places.append(len(body))
            body += b"%d 0 obj\n%s\nendobj\n" % (number, content)
        table = "".join(f"{place:010} 00000 n \n" for place in places)
        size = len(self._objects) + 1
        end = f"trailer\n<< /Size {size} {trailer} >>\nstartxref\n{len(body)}\n%%EOF\n"
        return body + f"xref\n0 {size}\n0000000000 65535 f \n{table}{end}".encode()


def _font(name: str) -> bytes:
    return f"<< /Type /Font /Subtype /Type1 /BaseFont /{name} /Encoding /WinAnsiEncoding >>".encode()


def lines(
    texts: Sequence[str], *, top: float = 700, left: float = 60, step: float = 14, bold: bool = False
) -> list[Words]:
    """Texts below each other."""
    return [Words(left, top - place * step, text, bold=bold) for place, text in enumerate(texts)]
