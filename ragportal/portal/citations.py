"""Citations as cards beside an answer: where each opens its document."""

from dataclasses import dataclass
from urllib.parse import urlencode

from ragportal.answering.results import Answer, Citation


@dataclass(frozen=True, slots=True)
class CitedSource:
    """One citation, and the query string that opens its document with the quote marked."""

    citation: Citation
    query: str


def cited_sources(answer: Answer) -> list[CitedSource]:
    """The answer's citations in order. Each link marks its own quote first, then the others of that document."""
    return [CitedSource(citation, _query(citation, answer)) for citation in answer.citations]


def _query(citation: Citation, answer: Answer) -> str:
    others = [one for one in answer.citations if one.version_id == citation.version_id and one is not citation]
    marks = [f"{one.start}-{one.end}" for one in (citation, *others)]
    return urlencode({"version": citation.version_id, "mark": marks}, doseq=True)
