"""From embedded texts to published versions, in steps of which each may be the last before a crash.

1. `stage` stores the new version and its chunks: found by nobody.
2. The index takes the new version in beside the old one: hits on it are dropped, as it is not the current one.
3. `publish` makes it the current one under its own access rule, and retires the old one.
4. Retired versions leave the index with the next batch, or in `finish_index_work`.

After a crash before step 3 `drop_staged` takes back steps 1 and 2 at the next run; after it, nothing is missing.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any

import numpy as np
from django.db.models import Max
from django.utils import timezone
from numpy.typing import NDArray

from connectors.base import DocumentAccess
from integrations.index.base import IndexBatch, IndexedChunk, IndexedVersion
from ragportal.common.engines import the_index
from ragportal.common.rows import locked_ids, tenant_transaction
from ragportal.knowledge.chunking.chunks import ChunkText, heading_line
from ragportal.knowledge.documents.attachments import MARK, container_of, drop_lost_attachments
from ragportal.knowledge.documents.change_log import Changed, What, log_changes
from ragportal.knowledge.documents.description import LISTED_FIELDS, Stated, describe
from ragportal.knowledge.documents.erased import erased_among
from ragportal.knowledge.documents.failures import resolve_failures
from ragportal.knowledge.documents.index_writing import patiently
from ragportal.knowledge.documents.prepare import PreparedDocument
from ragportal.knowledge.documents.rules import RuleLookup, narrow
from ragportal.knowledge.models import Chunk, Document, Version
from ragportal.knowledge.parsing.document import blocks_to_json
from ragportal.knowledge.work_lock import held_fences, source_transaction

DROPPED_AT_ONCE = 500
PUBLISHED_FIELDS = (
    *LISTED_FIELDS, "title", "access_rule", "indexed_rule_id", "current_version", "pinned_content"
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class EmbeddedDocument:
    """A prepared document, its vectors (chunks, dimension), and its access read after its text was.

    A former text may stand in the place of the source's: `rolled_back`, and `pinned` is then the hash of the source's
    content, which is not taken in again while it stays the same.
    """

    prepared: PreparedDocument
    vectors: NDArray[np.float32]
    access: DocumentAccess
    rolled_back: bool = False
    pinned: str = ""


@dataclass(slots=True)
class StagedDocument:
    """A stored version that is not published yet. `indexed_rule_id`, `was_published`: of the document at staging."""

    embedded: EmbeddedDocument
    document: Document
    version: Version
    chunks: list[Chunk]
    rule_id: int
    indexed_rule_id: int | None
    was_published: bool


def publish_documents(source_id: int, listing: int, embedded: Sequence[EmbeddedDocument]) -> tuple[int, int]:
    """All steps for one batch; returns how many documents were new and how many changed."""
    staged = stage(source_id, listing, embedded)
    retired = _retired(source_id)
    put = tuple(_indexed(one) for one in staged)
    batch = IndexBatch(put=put, drop_versions=retired, fences=held_fences())
    patiently(partial(the_index().write, batch))
    publish(source_id, listing, staged, dropped=retired)
    changed = sum(one.was_published for one in staged)
    return len(staged) - changed, changed


def stage(source_id: int, listing: int, embedded: Sequence[EmbeddedDocument]) -> list[StagedDocument]:
    """Step 1. The published text of these documents comes under its new readers too, as far as they narrow it."""
    rules = RuleLookup(source_id)
    ids = {name for one in embedded for name in (one.prepared.change.id, container_of(one.prepared.change.id))}
    with source_transaction(source_id):
        stored: dict[str, Any] = {
            document.external_id: document
            for document in Document.objects.filter(source_id=source_id, external_id__in=ids)
            .select_related("access_rule")
            .annotate(last_number=Max("versions__number"))
        }
        embedded = _with_container(source_id, embedded, stored)
        rule_ids = [rules.rule(one.access).pk for one in embedded]
        for one, rule_id in zip(embedded, rule_ids, strict=True):
            external_id = one.prepared.change.id
            for name in {external_id, container_of(external_id)} & stored.keys():
                document = stored[name]
                if document.current_version_id is not None and narrow(document, rules.rule(one.access)):
                    document.save(update_fields=["access_rule"])
            if external_id not in stored:
                stored[external_id] = _new_document(source_id, listing, one.prepared, rule_id)
        _store_new(stored)
        versions = Version.objects.bulk_create([_new_version(one.prepared, stored) for one in embedded])
        staged = [_staged(*row) for row in zip(embedded, versions, rule_ids, strict=True)]
        Chunk.objects.bulk_create([chunk for one in staged for chunk in one.chunks])
    return staged


def publish(source_id: int, listing: int, staged: Sequence[StagedDocument], *, dropped: Sequence[int]) -> None:
    """Step 3, in one transaction: from here on the new text is found, by its own readers alone."""
    with source_transaction(source_id):
        rows = Document.objects.select_for_update().order_by("pk").in_bulk([one.document.pk for one in staged])
        replaced = [row.current_version_id for row in rows.values() if row.current_version_id is not None]
        _log(source_id, staged, rows)
        attached = {one.document.pk: one.embedded.prepared.attached for one in staged if _has_all(one)}
        drop_lost_attachments(source_id, attached, published=rows.keys())
        for one in staged:
            row = rows[one.document.pk]
            _take_over(row, listing, one)
            row.save(update_fields=PUBLISHED_FIELDS)
        versions = [*replaced, *dropped, *(one.version.pk for one in staged)]
        locked_ids(Version.objects.filter(pk__in=versions))
        Version.objects.filter(pk__in=replaced).update(state=Version.State.RETIRED, replaced_at=timezone.now())
        Version.objects.filter(pk__in=[one.version.pk for one in staged]).update(state=Version.State.PUBLISHED)
        Version.objects.filter(pk__in=dropped, state=Version.State.RETIRED).update(state=Version.State.DROPPED)
        resolve_failures(source_id, [one.embedded.prepared.change.id for one in staged])


def _with_container(
    source_id: int, embedded: Sequence[EmbeddedDocument], stored: Mapping[str, Document]
) -> Sequence[EmbeddedDocument]:
    """Without attachments that were erased, or whose container could not be taken in itself, which is noted there."""
    ids = [one.prepared.change.id for one in embedded]
    erased = erased_among(source_id, [name for name in ids if MARK in name])
    there = {*ids, *stored} - erased
    return [one for one in embedded if {one.prepared.change.id, container_of(one.prepared.change.id)} <= there]


def _store_new(documents: Mapping[str, Document]) -> None:
    """Attachments after what they came within, whose row they name."""
    new = [document for document in documents.values() if document.pk is None]
    attached = [document for document in new if MARK in document.external_id]
    Document.objects.bulk_create([document for document in new if MARK not in document.external_id])
    for document in attached:
        document.container = documents[container_of(document.external_id)]
    Document.objects.bulk_create(attached)


def _has_all(staged: StagedDocument) -> bool:
    """Whether the new version says itself what came within it."""
    return not staged.embedded.rolled_back and MARK not in staged.document.external_id


def _log(source_id: int, staged: Sequence[StagedDocument], rows: Mapping[int, Document]) -> None:
    """What publishing these means for each document; `rows` are as they were before."""
    changed: dict[What, list[Changed]] = defaultdict(list)
    for one in staged:
        changed[_meaning(one, rows[one.document.pk])].append((one.document.pk, one.embedded.prepared.change.id))
    for what, documents in changed.items():
        log_changes(source_id, what, documents)


def _meaning(staged: StagedDocument, row: Document) -> What:
    if staged.embedded.rolled_back:
        return What.ROLLED_BACK
    if row.removed_at is not None:
        return What.RESTORED
    return What.ADDED if row.current_version_id is None else What.CHANGED


def drop_staged(source_id: int) -> int:
    """Take back what a broken run stored and never published; returns how many versions. Its documents come again.

    What rule the index has their documents under is no longer certain: the index work tells it.
    """
    staged = Version.objects.filter(document__source_id=source_id, state=Version.State.STAGED)
    ids = tuple(staged.values_list("pk", flat=True))
    if ids:
        patiently(partial(the_index().write, IndexBatch(drop_versions=ids, fences=held_fences())))
        with tenant_transaction():
            Document.objects.filter(versions__in=ids).update(indexed_rule_id=None)
            Version.objects.filter(pk__in=ids, state=Version.State.STAGED).delete()
            Document.objects.filter(source_id=source_id, current_version=None, removed_at=None, versions=None).delete()
    return len(ids)


def indexed_version(
    version: Version, rule_id: int, chunks: Iterable[Chunk], vectors: NDArray[np.float32]
) -> IndexedVersion:
    """A version as the index keeps it; `vectors` in the order of `chunks`."""
    return IndexedVersion(
        document=version.document_id,
        version=version.pk,
        rule=rule_id,
        language=version.language,
        chunks=tuple(
            IndexedChunk(chunk.pk, version.title, heading_line(chunk.heading_path), chunk.text, vector)
            for chunk, vector in zip(chunks, vectors, strict=True)
        ),
    )


def chunk_rows(version: Version, pieces: Iterable[ChunkText]) -> list[Chunk]:
    """The rows of a version's chunks, not stored yet."""
    return [
        Chunk(
            version=version,
            ordinal=ordinal,
            start=piece.start,
            end=piece.end,
            heading_path=list(piece.heading_path),
            text=piece.text,
        )
        for ordinal, piece in enumerate(pieces)
    ]


def _new_document(source_id: int, listing: int, prepared: PreparedDocument, rule_id: int) -> Document:
    document = Document(
        source_id=source_id, external_id=prepared.change.id, title=prepared.title, access_rule_id=rule_id
    )
    _describe(document, listing, prepared)
    return document


def _describe(document: Document, listing: int, prepared: PreparedDocument) -> None:
    describe(document, prepared.change, listing, Stated(prepared.parsed.status or "", prepared.parsed.date))


def _new_version(prepared: PreparedDocument, documents: Mapping[str, Any]) -> Version:
    document = documents[prepared.change.id]
    return Version(
        document=document,
        number=(getattr(document, "last_number", None) or 0) + 1,
        content_hash=prepared.content_hash,
        recipe=prepared.recipe,
        title=prepared.title,
        text=prepared.parsed.text,
        blocks=blocks_to_json(prepared.parsed.blocks),
        language=prepared.parsed.language,
        stated_status=prepared.parsed.status or "",
        stated_date=prepared.parsed.date,
    )


def _staged(embedded: EmbeddedDocument, version: Version, rule_id: int) -> StagedDocument:
    return StagedDocument(
        embedded=embedded,
        document=version.document,
        version=version,
        chunks=chunk_rows(version, embedded.prepared.chunks),
        rule_id=rule_id,
        indexed_rule_id=version.document.indexed_rule_id,
        was_published=version.document.current_version_id is not None,
    )


def _indexed(staged: StagedDocument) -> IndexedVersion:
    return indexed_version(staged.version, staged.rule_id, staged.chunks, staged.embedded.vectors)


def _take_over(row: Document, listing: int, staged: StagedDocument) -> None:
    """The index holds the new version under `rule_id`, unless somebody told it another rule since staging.

    That is known only where nothing was said of the document before, or where it stayed the same: else None,
    and the index work tells it again.
    """
    known = not staged.was_published or (
        staged.indexed_rule_id is not None and staged.indexed_rule_id == row.indexed_rule_id
    )
    _describe(row, listing, staged.embedded.prepared)
    row.title = staged.version.title
    row.current_version = staged.version
    row.pinned_content = staged.embedded.pinned
    row.access_rule_id = staged.rule_id
    row.indexed_rule_id = staged.rule_id if known else None


def _retired(source_id: int) -> tuple[int, ...]:
    retired = Version.objects.filter(document__source_id=source_id, state=Version.State.RETIRED)
    return tuple(retired.values_list("pk", flat=True)[:DROPPED_AT_ONCE])
