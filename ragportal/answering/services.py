"""From a question to a cited answer: guard, retrieve, generate, cite, validate, record, in this order."""

from collections.abc import Sequence

from integrations.embeddings.base import ModelMissing
from integrations.index.base import IndexDamaged
from ragportal.access.asker import Asker, Situation
from ragportal.access.scope import scope_for
from ragportal.answering.cite import cite
from ragportal.answering.confidence import in_words, support
from ragportal.answering.generate import Draft, generate
from ragportal.answering.guard import guard
from ragportal.answering.question import understand
from ragportal.answering.record import record_answer, record_cost
from ragportal.answering.results import Answer, AnswerSentence, Citation, Confidence
from ragportal.answering.selectors import whole_versions
from ragportal.answering.validate import validate
from ragportal.common.engines import the_embedder
from ragportal.common.errors import Unavailable
from ragportal.search.results import DocumentReference, Passage, Retrieval
from ragportal.search.services import retrieve
from ragportal.search.stages import Stages

NEAREST_SHOWN = 3


def answer_question(*, asker: Asker, question: str, situation: Situation) -> Answer:
    """The answer to a question from what the asker may read now, recorded before it is returned.

    Raises InvalidInput (empty, too long, control characters), Unavailable (no model, damaged index, or the
    record could not be written: then no answer is shown), and ValueError if another tenant is current.
    """
    stages = Stages()
    with stages.stage("total"):
        with stages.stage("guard"):
            asked = guard(question)
        retrieval = _retrieve(asker, situation, asked, stages)
        with stages.stage("generate"):
            versions = whole_versions(passages=retrieval.passages)
            understood = understand(asked, retrieval.language)
            draft = generate(understood, retrieval.passages, versions, the_embedder(), retrieval.vector)
        with stages.stage("cite"):
            texts = {version: whole.text for version, whole in versions.items()}
            sections = [unit.passage for unit in draft.units]
            sentences, citations = validate(*cite(draft.units, texts), (*retrieval.passages, *sections), texts)
            confidence = in_words(support(draft)) if sentences else Confidence.NOTHING_FOUND
        sentences, citations, nearest = _shown(confidence, sentences, citations, retrieval.passages)
        with stages.stage("record"):
            sequence = record_answer(
                asker=asker,
                situation=situation,
                question=asked,
                confidence=confidence,
                citations=citations,
                nearest=nearest,
            )
    record_cost(asker=asker, situation=situation, tokens=_tokens(asked, draft), milliseconds=stages.milliseconds)
    return Answer(
        question=asked,
        sentences=sentences,
        citations=citations,
        confidence=confidence,
        nearest=nearest,
        milliseconds=stages.milliseconds,
        audit_sequence=sequence,
    )


def _retrieve(asker: Asker, situation: Situation, asked: str, stages: Stages) -> Retrieval:
    """The passages this asker may read now; the search's own stages are added to `stages`."""
    try:
        with stages.stage("scope"):
            scope = scope_for(asker, situation)
        retrieval = retrieve(asked, scope)
    except (ModelMissing, IndexDamaged) as error:
        raise Unavailable(str(error)) from error
    stages.milliseconds.update(retrieval.milliseconds)
    return retrieval


def _shown(
    confidence: Confidence,
    sentences: tuple[AnswerSentence, ...],
    citations: tuple[Citation, ...],
    passages: Sequence[Passage],
) -> tuple[tuple[AnswerSentence, ...], tuple[Citation, ...], tuple[DocumentReference, ...]]:
    """Sentences and citations, or, where nothing was found, the documents that come nearest, as they may be read."""
    if confidence is not Confidence.NOTHING_FOUND:
        return sentences, citations, ()
    titles = {
        passage.document_id: DocumentReference(passage.document_id, passage.title, passage.url) for passage in passages
    }
    return (), (), tuple(titles.values())[:NEAREST_SHOWN]


def _tokens(asked: str, draft: Draft) -> int:
    """Tokens embedded for the question: once for the search, and what comparing sentences took."""
    return len(the_embedder().token_offsets(asked)) + draft.tokens
