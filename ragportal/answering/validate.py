"""The last look before an answer is shown: what is not literally in a passage that was found is not said."""

from collections.abc import Mapping, Sequence
from dataclasses import replace

from ragportal.answering.results import AnswerSentence, Citation
from ragportal.search.results import Passage


def validate(
    sentences: Sequence[AnswerSentence],
    citations: Sequence[Citation],
    passages: Sequence[Passage],
    texts: Mapping[int, str],
) -> tuple[tuple[AnswerSentence, ...], tuple[Citation, ...]]:
    """Only sentences all of whose citations hold, and the citations they use, renumbered from 1.

    A citation holds if its quote is the version's text at [start, end), inside a passage that the
    search gave, with that passage's chunks. A sentence without a citation is dropped as well.
    """
    sound = {citation.number: citation for citation in citations if _holds(citation, passages, texts)}
    kept = [
        sentence
        for sentence in sentences
        if sentence.citations and all(number in sound for number in sentence.citations)
    ]
    used = dict.fromkeys(number for sentence in kept for number in sentence.citations)
    renumbered = {old: new for new, old in enumerate(used, start=1)}
    return (
        tuple(
            replace(sentence, citations=tuple(renumbered[number] for number in sentence.citations)) for sentence in kept
        ),
        tuple(replace(sound[old], number=new) for old, new in renumbered.items()),
    )


def _holds(citation: Citation, passages: Sequence[Passage], texts: Mapping[int, str]) -> bool:
    return (
        citation.quote.strip() != ""
        and texts.get(citation.version_id, "")[citation.start : citation.end] == citation.quote
        and any(_lies_in(citation, passage) for passage in passages)
    )


def _lies_in(citation: Citation, passage: Passage) -> bool:
    return (
        passage.version_id == citation.version_id
        and passage.document_id == citation.document_id
        and set(citation.chunk_ids) <= set(passage.chunk_ids)
        and bool(citation.chunk_ids)
        and passage.start <= citation.start < citation.end <= passage.end
        and passage.text[citation.start - passage.start : citation.end - passage.start] == citation.quote
    )
