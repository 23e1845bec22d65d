"""The whole index of a tenant anew from the database: text, chunks and access; only vectors are computed again."""

from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from typing import TYPE_CHECKING, Any

import numpy as np
from django.conf import settings
from django.db.models import Max
from django.utils import timezone
from numpy.typing import NDArray

from integrations.embeddings.base import Embedder
from integrations.index.base import IndexBatch
from ragportal.common.engines import the_embedder, the_index
from ragportal.common.rows import tenant_transaction
from ragportal.common.tenancy import use_tenant
from ragportal.knowledge.chunking.chunks import chunk_document, embedding_text
from ragportal.knowledge.documents.index_work import note_rules
from ragportal.knowledge.documents.publishing import chunk_rows, indexed_version
from ragportal.knowledge.documents.recipe import recut_recipe
from ragportal.knowledge.documents.removal import retire_removed
from ragportal.knowledge.models import Chunk, Document, Source, Version
from ragportal.knowledge.parsing.document import ParsedDocument, blocks_from_json
from ragportal.knowledge.progress import Progress, ReportProgress, unwatched
from ragportal.knowledge.troubles import explained_troubles
from ragportal.knowledge.work_lock import INDEX_WORK, held_fences, source_work, work_lock
from ragportal.tenants.models import Tenant

if TYPE_CHECKING:
    from django.db.models import QuerySet

DOCUMENTS_AT_ONCE = 32
ROWS_AT_ONCE = 500
KEPT = "The database is unchanged and the former index, if there was one, is still searched."

Vectors = NDArray[np.float32]
Readings = Sequence[tuple[Document, Version, list[Chunk]]]


def reindex(*, tenant: Tenant, progress: ReportProgress = unwatched, take_over: bool = False) -> int:
    """Build the tenant's index anew, beside the old one; returns the number of documents in it.

    It needs no source and works where the index is missing, damaged or of another model: texts that were cut for
    another model are cut anew. Raises Unavailable, also while a source of the tenant is being synced.
    """
    with use_tenant(tenant.pk), explained_troubles(KEPT), ExitStack() as locks:
        locks.enter_context(work_lock(INDEX_WORK, "Work on the index", take_over=take_over))
        for source in Source.objects.order_by("pk"):
            lock = work_lock(source_work(source.pk), f"A sync of {source.name}", take_over=take_over)
            locks.enter_context(lock)
        _forget_index()
        told: list[tuple[int, int]] = []
        recut: list[int] = []
        the_index().rebuild(_batches(the_embedder(), told, recut, progress), held_fences())
        _publish_recut(recut)
        with tenant_transaction():
            Version.objects.filter(state=Version.State.RETIRED).update(state=Version.State.DROPPED)
        for start in range(0, len(told), ROWS_AT_ONCE):
            note_rules(told[start : start + ROWS_AT_ONCE])
    return len(told)


def _forget_index() -> None:
    """Rows say nothing any more of what the index holds; what a broken run staged is taken back."""
    retire_removed()
    with tenant_transaction():
        Version.objects.filter(state=Version.State.STAGED).delete()
        Document.objects.filter(indexed_rule_id__isnull=False).update(indexed_rule_id=None)


def _batches(
    embedder: Embedder, told: list[tuple[int, int]], recut: list[int], progress: ReportProgress
) -> Iterator[IndexBatch]:
    """All published documents; while the index writes one batch, the next one is embedded.

    `told`: takes the documents with their rules; `recut`: takes the versions that were staged in place of others.
    """
    expected = _published().count()
    with ThreadPoolExecutor(max_workers=1, thread_name_prefix="embedding") as pool:
        waiting = None
        for documents in _read(embedder):
            texts = [
                embedding_text(version.title, chunk.heading_path, chunk.text)
                for _, version, chunks in documents
                for chunk in chunks
            ]
            future = pool.submit(embedder.embed_documents, texts)
            if waiting is not None:
                yield _indexed(waiting[0], waiting[1].result())
            waiting = (documents, future)
            told += [(document.pk, document.access_rule_id) for document, _, _ in documents]
            recut += [version.pk for document, version, _ in documents if version.pk != document.current_version_id]
            progress(Progress(len(told), expected))
        if waiting is not None:
            yield _indexed(waiting[0], waiting[1].result())


def _indexed(documents: Readings, vectors: Vectors) -> IndexBatch:
    ends = np.cumsum([len(chunks) for _, _, chunks in documents])
    parts = np.split(vectors, ends[:-1])
    return IndexBatch(
        put=tuple(
            indexed_version(version, document.access_rule_id, chunks, part)
            for (document, version, chunks), part in zip(documents, parts, strict=True)
        )
    )


def _read(embedder: Embedder) -> Iterator[Readings]:
    last = 0
    while documents := list(_published().filter(pk__gt=last)[:DOCUMENTS_AT_ONCE]):
        yield [(document, *_cut(document.current_version, embedder)) for document in documents]
        last = documents[-1].pk


def _published() -> "QuerySet[Any]":
    shown = Document.objects.filter(removed_at=None, current_version__isnull=False)
    return shown.select_related("current_version").order_by("pk")


def _cut(version: Version, embedder: Embedder) -> tuple[Version, list[Chunk]]:
    """The version to index: the published one, or one staged in its place with chunks that fit the model."""
    recipe = recut_recipe(version.recipe, embedder)
    if recipe == version.recipe:
        return version, list(version.chunks.order_by("ordinal"))
    parsed = ParsedDocument(
        version.title, version.text, blocks_from_json(version.blocks, version.text), version.language
    )
    pieces = chunk_document(
        parsed, version.title, embedder, max_tokens=settings.CHUNK_TOKENS, overlap=settings.CHUNK_OVERLAP
    )
    with tenant_transaction():
        recut = _staged_copy(version, recipe)
        return recut, Chunk.objects.bulk_create(chunk_rows(recut, pieces))


def _staged_copy(version: Version, recipe: str) -> Version:
    last = Version.objects.filter(document=version.document_id).aggregate(last=Max("number"))["last"]
    same = ("content_hash", "title", "text", "blocks", "language", "stated_status", "stated_date")
    return Version.objects.create(
        document_id=version.document_id,
        number=last + 1,
        recipe=recipe,
        **{name: getattr(version, name) for name in same},
    )


def _publish_recut(recut: Sequence[int]) -> None:
    """The index holds the recut versions alone: from here on they are the current ones.

    Versions that others stage meanwhile are not touched: a source that was added just now may be in its first sync.
    """
    for start in range(0, len(recut), ROWS_AT_ONCE):
        staged = Version.objects.filter(pk__in=recut[start : start + ROWS_AT_ONCE])
        current = dict(staged.values_list("document_id", "pk"))
        with tenant_transaction():
            documents = list(Document.objects.filter(pk__in=current).only("current_version"))
            former = [document.current_version_id for document in documents if document.current_version_id is not None]
            for document in documents:
                document.current_version_id = current[document.pk]
                document.save(update_fields=["current_version"])
            Version.objects.filter(pk__in=former).update(state=Version.State.DROPPED, replaced_at=timezone.now())
            Version.objects.filter(pk__in=current.values()).update(state=Version.State.PUBLISHED)
