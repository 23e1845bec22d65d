"""The one way to search: a question and a scope in, passages that this asker may read now out."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from integrations.index.base import SearchQuery
from ragportal.access.scope import AccessScope
from ragportal.common.engines import the_embedder
from ragportal.search.confidence import confidence, signs
from ragportal.search.diversity import spread_documents
from ragportal.search.drafts import by_standing, join_neighbours
from ragportal.search.duplicates import fold_duplicates
from ragportal.search.enrich import clean_question, glossary, with_acronyms
from ragportal.search.gather import gather
from ragportal.search.language import question_language
from ragportal.search.passages import with_blocks
from ragportal.search.results import Retrieval
from ragportal.search.stages import Stages

PASSAGES = 8
"""Passages given by default: what an answer can be made of, and a person can look through."""

CHUNKS_PER_PASSAGE = 5
"""Chunks looked at for each passage wanted, as neighbours join, duplicates fold and documents take turns."""


@dataclass(frozen=True, slots=True)
class PreparedQuestion:
    """A question as it is shown (`text`) and as it is searched (`query`, with `vector`)."""

    text: str
    query: SearchQuery
    vector: NDArray[np.float32]


def retrieve(question: str, scope: AccessScope, *, limit: int = PASSAGES) -> Retrieval:
    """The `limit` best passages that the asker may read now, best first; fewer only if there are fewer.

    Every passage has passed the recheck: nothing else of what the index holds shows in any field. Raises InvalidInput
    (an empty or far too long question), ModelMissing, IndexDamaged, and ValueError if the scope is another tenant's.
    """
    stages = Stages()
    prepared = prepare_question(question, stages)
    with stages.stage("search"):
        gathered = gather(
            prepared.query,
            scope,
            covered=the_embedder().languages,
            wanted=limit * CHUNKS_PER_PASSAGE,
            documents=limit,
        )
    with stages.stage("rank"):
        drafts = by_standing(join_neighbours(gathered.findings))
        folded = fold_duplicates(drafts, prepared.text)
        passages = with_blocks(spread_documents(folded, limit))
    return Retrieval(
        question=prepared.text,
        language=prepared.query.language,
        passages=passages,
        confidence=confidence(signs(prepared.text, gathered.findings, drafts)) if passages else 0.0,
        dropped=gathered.dropped,
        milliseconds=stages.milliseconds,
        vector=prepared.vector,
    )


def prepare_question(question: str, stages: Stages) -> PreparedQuestion:
    """Clean, enrich and embed a question of the current tenant. Raises InvalidInput, ModelMissing."""
    with stages.stage("enrich"):
        text = clean_question(question)
        enriched = with_acronyms(text, glossary())
        language = question_language(text)
    with stages.stage("embed"):
        vector = the_embedder().embed_question(enriched)
    query = SearchQuery(text=enriched, vector=vector, language=language)
    return PreparedQuestion(text=text, query=query, vector=vector)
