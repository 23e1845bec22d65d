"""Publishing a text that is stored already, under the readers of today: after a rollback or a mistaken deletion."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from django.conf import settings

from connectors.base import DocumentAccess, SourceDocument
from integrations.embeddings.base import Embedder
from ragportal.knowledge.chunking.chunks import chunk_document, embedding_text
from ragportal.knowledge.documents.prepare import PreparedDocument
from ragportal.knowledge.documents.publishing import EmbeddedDocument, publish_documents
from ragportal.knowledge.documents.recipe import recut_recipe
from ragportal.knowledge.models import Document, Source, Version
from ragportal.knowledge.parsing.document import ParsedDocument, blocks_from_json

AT_ONCE = 32


@dataclass(frozen=True, slots=True)
class StoredText:
    """A version to publish anew as its document's newest. `access`: read at the source just now.

    `rolled_back`, `pinned`: see EmbeddedDocument.
    """

    version: Version
    access: DocumentAccess
    rolled_back: bool = False
    pinned: str = ""


def publish_stored(source: Source, texts: Sequence[StoredText], embedder: Embedder) -> None:
    """Publish these texts like any new version: a crash leaves the former state or the new one. The lock is held."""
    for start in range(0, len(texts), AT_ONCE):
        publish_documents(source.pk, source.listing, list(_embedded(texts[start : start + AT_ONCE], embedder)))


def _embedded(texts: Sequence[StoredText], embedder: Embedder) -> Iterator[EmbeddedDocument]:
    prepared = [_prepared(text, embedder) for text in texts]
    vectors = embedder.embed_documents([passage for one in prepared for passage in one.texts])
    parts = np.split(vectors, np.cumsum([len(one.texts) for one in prepared])[:-1])
    for text, one, part in zip(texts, prepared, parts, strict=True):
        yield EmbeddedDocument(one, part, text.access, rolled_back=text.rolled_back, pinned=text.pinned)


def _prepared(text: StoredText, embedder: Embedder) -> PreparedDocument:
    version = text.version
    blocks = blocks_from_json(version.blocks, version.text)
    status: Any = version.stated_status
    parsed = ParsedDocument(
        version.title, version.text, blocks, version.language, status=status or None, date=version.stated_date
    )
    chunks = chunk_document(
        parsed, version.title, embedder, max_tokens=settings.CHUNK_TOKENS, overlap=settings.CHUNK_OVERLAP
    )
    return PreparedDocument(
        change=_as_listed(version.document, version, text.access),
        content_hash=version.content_hash,
        recipe=recut_recipe(version.recipe, embedder),
        title=version.title,
        parsed=parsed,
        chunks=chunks,
        texts=tuple(embedding_text(version.title, chunk.heading_path, chunk.text) for chunk in chunks),
    )


def _as_listed(document: Document, version: Version, access: DocumentAccess) -> SourceDocument:
    """What the last listing said of the document; the next one sets right what a text had set."""
    current = document.current_version
    stated = current.stated_status if current else ""
    status: Any = "current" if document.status == stated else document.status
    return SourceDocument(
        id=document.external_id,
        title=document.listed_title,
        url=document.url,
        media_type=document.media_type,
        fingerprint=document.fingerprint,
        modified_at=document.modified_at,
        access=access,
        read=version.text.encode,
        author=document.author,
        status=status,
    )
