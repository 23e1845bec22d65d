"""Each unit of a draft becomes a sentence with the number of the quote it stands on."""

from collections.abc import Mapping, Sequence

from ragportal.answering.results import AnswerSentence, Citation
from ragportal.answering.source_text import Shape
from ragportal.answering.units import Unit
from ragportal.knowledge.parsing.document import place_of

_STEP = " › "
_EMPTY_LINE = "\n\n"


def cite(units: Sequence[Unit], texts: Mapping[int, str]) -> tuple[tuple[AnswerSentence, ...], tuple[Citation, ...]]:
    """Sentences and citations in the order of `units`; neighbours in a paragraph or list share one quote."""
    sentences: list[AnswerSentence] = []
    citations: list[Citation] = []
    for unit in units:
        text = texts[unit.passage.version_id]
        if citations and _continues(citations[-1], unit, text):
            citations[-1] = _citation(citations[-1].number, unit, text, start=citations[-1].start)
        else:
            citations.append(_citation(len(citations) + 1, unit, text, start=unit.start))
        is_code = unit.shape is Shape.CODE
        sentences.append(AnswerSentence(unit.text, (citations[-1].number,), is_code=is_code))
    return tuple(sentences), tuple(citations)


def _continues(last: Citation, unit: Unit, text: str) -> bool:
    same_passage = last.version_id == unit.passage.version_id and last.chunk_ids == unit.passage.chunk_ids
    between = text[last.end : unit.start]
    return same_passage and last.end <= unit.start and not between.strip() and _EMPTY_LINE not in between


def _citation(number: int, unit: Unit, text: str, *, start: int) -> Citation:
    passage = unit.passage
    return Citation(
        number=number,
        document_id=passage.document_id,
        version_id=passage.version_id,
        chunk_ids=passage.chunk_ids,
        title=passage.title,
        url=passage.url,
        location=_location(unit, start),
        quote=text[start : unit.end],
        start=start,
        end=unit.end,
    )


def _location(unit: Unit, start: int) -> str:
    """The headings above the quote, without the document's title, and its pages, rows or the like.

    A document that is no longer current says so.
    """
    headings = unit.headings[1:] if unit.headings[:1] == (unit.passage.title,) else unit.headings
    place = place_of(unit.passage.blocks, start, unit.end)
    path = ", ".join(part for part in (_STEP.join(headings), place) if part)
    standing = "" if unit.passage.status == "current" else f"({unit.passage.status})"
    return " ".join(part for part in (path, standing) if part)
