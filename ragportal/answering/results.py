"""An answer: sentences with the citations they stand on."""

from dataclasses import dataclass
from enum import StrEnum

from ragportal.search.results import DocumentReference

NOTHING_FOUND_TEXT = "I found nothing you may read about this."


class Confidence(StrEnum):
    """How well the sources support the answer, in the words people see."""

    WELL_SUPPORTED = "well supported"
    THIN = "thin"
    NOTHING_FOUND = "nothing found"


@dataclass(frozen=True, slots=True)
class Citation:
    """A quote in a document: characters [start, end) of the version's text, `location` in words (heading path).

    `number` is what stands in the answer as [1]; one citation per quoted passage of a document.
    """

    number: int
    document_id: int
    version_id: int
    chunk_ids: tuple[int, ...]
    title: str
    url: str
    location: str
    quote: str
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class AnswerSentence:
    """One sentence, list, list item or table row of the answer, and the numbers of its citations (at least one).

    `text` has one line, but a list has one for its lead-in (if any) and one for each item, beginning with its
    number or "- ". `is_code`: it is code, whose line breaks and spaces count.
    """

    text: str
    citations: tuple[int, ...]
    is_code: bool = False


@dataclass(frozen=True, slots=True)
class Answer:
    """What the asker sees. Without sentences, `nearest` names documents they may read that come closest.

    `milliseconds` names each stage, and "total". `audit_sequence` is the record that was written before.
    """

    question: str
    sentences: tuple[AnswerSentence, ...]
    citations: tuple[Citation, ...]
    confidence: Confidence
    nearest: tuple[DocumentReference, ...]
    milliseconds: dict[str, float]
    audit_sequence: int

    @property
    def text(self) -> str:
        """The answer as plain text with citation numbers, e.g. "Hotels up to 180 EUR. [1]"; never empty."""
        if not self.sentences:
            return NOTHING_FOUND_TEXT
        return "\n".join(
            f"{sentence.text} {''.join(f'[{number}]' for number in sentence.citations)}" for sentence in self.sentences
        )
