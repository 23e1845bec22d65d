"""A version's text with its blocks, and the pieces that units are made of."""

from dataclasses import dataclass
from enum import StrEnum

from ragportal.answering.sentences import split_sentences
from ragportal.knowledge.parsing.document import Block
from ragportal.knowledge.parsing.tables import CELL_SEPARATOR

LONGEST_LEAD_IN = 200
QUESTION_MARKS = ("?", "？", "؟")


class Shape(StrEnum):
    """What a unit was in its document."""

    SENTENCE = "sentence"
    ITEM = "item"
    LISTING = "listing"
    OUTLINE = "outline"
    CONTENTS = "contents"
    ROW = "row"
    CODE = "code"

    @property
    def is_list(self) -> bool:
        """Whether it says several things, each on a line."""
        return self in {Shape.LISTING, Shape.OUTLINE, Shape.CONTENTS}


@dataclass(frozen=True, slots=True)
class Piece:
    """A unit before it knows its place. `block`: position of the block it begins in."""

    block: int
    shape: Shape
    start: int
    end: int
    text: str
    lead_in: str = ""


@dataclass(frozen=True, slots=True)
class SourceText:
    """A version's whole text, and the blocks of one passage of it (leaders that stand before it included)."""

    text: str
    blocks: tuple[Block, ...]
    language: str

    def text_of(self, block: Block) -> str:
        return self.text[block.start : block.end]

    def leader_text(self, block: Block) -> str:
        """The text of the block without which this one is not understood; "" if it stands alone."""
        return "" if block.leader is None else self.text_of(self.blocks[block.leader])

    def leads(self, position: int) -> bool:
        """Whether a list or another block needs this one to be understood."""
        return any(block.leader == position for block in self.blocks[position + 1 :])

    def lead_in(self, block: Block) -> str:
        """The last sentence of what leads in: "Before your first day:"."""
        text = self.leader_text(block)
        spans = split_sentences(text)
        last = flat(text[slice(*spans[-1])]) if spans else ""
        return last if len(last) <= LONGEST_LEAD_IN else ""

    def row_text(self, block: Block) -> str:
        """ "Grade: 4, Limit: 180 EUR"; cells without a header stand alone, empty cells are left out."""
        cells = self.text_of(block).split(CELL_SEPARATOR)
        header = self.leader_text(block)
        names = header.split(CELL_SEPARATOR) if header else []
        names += [""] * (len(cells) - len(names))
        return ", ".join(
            f"{flat(name)}: {flat(cell)}" if name.strip() else flat(cell)
            for name, cell in zip(names, cells, strict=False)
            if cell.strip()
        )


def flat(text: str) -> str:
    """On one line."""
    return " ".join(text.split())
