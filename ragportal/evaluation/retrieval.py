"""How well the product finds: a data set through the whole path, for each part of the search and for both together."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from django.conf import settings

from integrations.embeddings.base import Embedder
from integrations.index.base import Hit
from ragportal.access.asker import Asker, Situation
from ragportal.access.models import Channel
from ragportal.access.scope import AccessScope, scope_for
from ragportal.common.backends import load_backend
from ragportal.common.engines import the_index
from ragportal.evaluation.beir import BeirSet
from ragportal.evaluation.corpus import take_in
from ragportal.evaluation.metrics import Quality, quality
from ragportal.evaluation.throwaway import throwaway_company
from ragportal.evaluation.vector_cache import CachedEmbedder
from ragportal.search.gather import FIRST_K
from ragportal.search.recheck import readable_chunks
from ragportal.search.results import Retrieval
from ragportal.search.services import prepare_question, retrieve
from ragportal.search.stages import Stages

DEPTH = 100
"""Documents ranked for each query: as deep as the deepest measure looks."""

VECTORS_FILE = "evaluation-vectors.sqlite3"


@dataclass(frozen=True, slots=True)
class Evaluation:
    """The quality of `bm25`, `dense` and `fused`; fused is what people get."""

    parts: Mapping[str, Quality]
    documents: int
    queries: int

    def as_json(self) -> dict[str, Any]:
        parts = {name: measured.as_json() for name, measured in self.parts.items()}
        return {"parts": parts, "documents": self.documents, "queries": self.queries}


def evaluate_retrieval(*, dataset: BeirSet, progress: Callable[[str, int], None]) -> Evaluation:
    """Take the data set in under an employee who may read all of it, ask every query as that person, measure.

    `progress` is told what is being done and how far it came. Embeddings are kept in DATA_DIR/cache.
    """
    rankings: dict[str, dict[str, list[str]]] = {"bm25": {}, "dense": {}, "fused": {}}
    with company_with(dataset, progress) as (asker, names):
        for count, (query, text) in enumerate(dataset.queries.items(), start=1):
            scope = scope_for(asker, Situation(Channel.COMMAND_LINE))
            for part, documents in rank(text, scope).items():
                # BEIR's convention: a query that is itself a document of the corpus does not find itself.
                named = (names[document] for document in documents)
                rankings[part][query] = [name for name in named if name != query][:DEPTH]
            progress("asked", count)
    parts = {part: quality(ranking, dataset.judgements) for part, ranking in rankings.items()}
    return Evaluation(parts=parts, documents=len(dataset.documents), queries=len(dataset.queries))


@contextmanager
def company_with(dataset: BeirSet, progress: Callable[[str, int], None]) -> Iterator[tuple[Asker, dict[int, str]]]:
    """A throw-away company that has the data set's documents: its employee, and the data set's ids by document id."""
    changed = {"EMBEDDER": f"{__name__}.open_remembering_embedder", "EVALUATED_EMBEDDER": settings.EMBEDDER}
    with throwaway_company(**changed) as asker:
        yield asker, take_in(dataset.documents, lambda count: progress("taken in", count))


def open_remembering_embedder(**options: Any) -> Embedder:
    """The embedder of the settings behind a cache on disk; what EMBEDDER names during a measurement."""
    inner: Embedder = load_backend("EMBEDDER", settings.EVALUATED_EMBEDDER)(**options)  # type: ignore[misc]
    return CachedEmbedder(inner, Path(settings.DATA_DIR) / "cache" / VECTORS_FILE)


def rank(question: str, scope: AccessScope) -> dict[str, list[int]]:
    """Document ids, best first, by part: of one document its best chunk counts. All have passed the recheck."""
    query = prepare_question(question, Stages()).query
    found = the_index().search(query, scope.allowed, FIRST_K)
    return {
        "bm25": _readable_documents(found.bm25, scope),
        "dense": _readable_documents(found.dense, scope),
        "fused": ranked_documents(retrieve(question, scope, limit=DEPTH)),
    }


def ranked_documents(retrieval: Retrieval) -> list[int]:
    """The documents of a retrieval, best first; those that were folded as duplicates stand behind the one cited."""
    listed = (
        document
        for passage in retrieval.passages
        for document in (passage.document_id, *(duplicate.id for duplicate in passage.duplicates))
    )
    return list(dict.fromkeys(listed))


def _readable_documents(hits: Iterable[Hit], scope: AccessScope) -> list[int]:
    ordered = [hit.chunk for hit in hits]
    readable = readable_chunks(ordered, scope)
    return list(dict.fromkeys(readable[chunk].document for chunk in ordered if chunk in readable))
