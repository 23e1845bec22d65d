"""An answer as its page shows it: sentences and lists, and citations as cards that open their documents."""

import re
from dataclasses import dataclass
from urllib.parse import urlencode

from ragportal.answering.results import Answer, AnswerSentence, Citation

_ITEM = re.compile(r"- |\d{1,3}[.)] |\([a-z0-9]{1,5}\) ")
_BULLET = "- "


@dataclass(frozen=True, slots=True)
class CitedSource:
    """One citation, and the query string that opens its document with the quote marked."""

    citation: Citation
    query: str


@dataclass(frozen=True, slots=True)
class AnswerPart:
    """A sentence (`lead` alone), or a list with the line that leads to it, if any. Markers stand apart from items.

    `code`: shown as it is; then there is nothing else.
    """

    lead: str
    items: tuple[tuple[str, str], ...]
    citations: tuple[int, ...]
    code: str = ""


def answer_parts(answer: Answer) -> list[AnswerPart]:
    """The answer's sentences in order; nothing of their text is left out but line breaks outside of code."""
    return [_part(sentence) for sentence in answer.sentences]


def _part(sentence: AnswerSentence) -> AnswerPart:
    if sentence.is_code:
        return AnswerPart("", (), sentence.citations, code=sentence.text)
    lead: list[str] = []
    items: list[tuple[str, str]] = []
    for line in sentence.text.split("\n"):
        marker = _ITEM.match(line)
        if marker:
            items.append(("•" if marker[0] == _BULLET else marker[0].strip(), line[marker.end() :]))
        elif items:
            items[-1] = (items[-1][0], f"{items[-1][1]} {line}")
        else:
            lead.append(line)
    return AnswerPart(" ".join(lead), tuple(items), sentence.citations)


def cited_sources(answer: Answer) -> list[CitedSource]:
    """The answer's citations in order. Each link marks its own quote first, then the others of that document."""
    return [CitedSource(citation, _query(citation, answer)) for citation in answer.citations]


def _query(citation: Citation, answer: Answer) -> str:
    others = [one for one in answer.citations if one.version_id == citation.version_id and one is not citation]
    marks = [f"{one.start}-{one.end}" for one in (citation, *others)]
    return urlencode({"version": citation.version_id, "mark": marks}, doseq=True)
