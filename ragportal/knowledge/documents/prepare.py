"""From a listed document to the texts that are embedded. Nothing is written here."""

import hashlib
import logging
from dataclasses import dataclass

from django.conf import settings

from connectors.base import SourceDocument, SourceError
from integrations.embeddings.base import Embedder, ModelMissing
from ragportal.knowledge.chunking.chunks import ChunkText, chunk_document, embedding_text
from ragportal.knowledge.documents.description import KnownText, is_same, is_same_text
from ragportal.knowledge.documents.failures import Failure
from ragportal.knowledge.documents.recipe import current_recipe
from ragportal.knowledge.parsing.document import ParsedDocument, ParsingFailed
from ragportal.knowledge.parsing.parse import parse

logger = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class PreparedDocument:
    """A new text, cut into chunks; `texts` are what is embedded, one for each chunk."""

    change: SourceDocument
    content_hash: str
    recipe: str
    title: str
    parsed: ParsedDocument
    chunks: tuple[ChunkText, ...]
    texts: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class UnchangedDocument:
    """Read, and found to be what is published already."""

    change: SourceDocument


def read_content(change: SourceDocument) -> bytes | Failure:
    """The bytes of a listed document, or why the source does not give them."""
    try:
        return change.read()
    except SourceError as error:
        return Failure(change.id, str(error), error.permanent)


def prepare(
    change: SourceDocument, known: KnownText | None, content: bytes, embedder: Embedder
) -> PreparedDocument | UnchangedDocument | Failure:
    """Parse and chunk one document. An error in its content becomes a Failure and never stops the others.

    Raises ModelMissing, which concerns them all.
    """
    content_hash = hashlib.sha256(content).hexdigest()
    recipe = current_recipe(embedder)
    if known is not None and is_same(known, change, content_hash, recipe):
        return UnchangedDocument(change)
    try:
        parsed = parse(content, change.media_type, change.id)
        title = (parsed.title or change.title or change.id)[:500]
        if known is not None and title == known.title and is_same_text(known, change, content_hash, recipe):
            return UnchangedDocument(change)
        return _chunked(change, content_hash, title, parsed, embedder)
    except ModelMissing:
        raise
    except ParsingFailed as error:
        return Failure(change.id, str(error), permanent=True)
    except Exception as error:  # noqa: BLE001 - the named boundary: whatever a parser meets in one document
        logger.warning("A document could not be parsed", extra={"error": type(error).__name__})
        return Failure(change.id, _reason(error), permanent=True)


def _chunked(
    change: SourceDocument, content_hash: str, title: str, parsed: ParsedDocument, embedder: Embedder
) -> PreparedDocument:
    chunks = chunk_document(parsed, title, embedder, max_tokens=settings.CHUNK_TOKENS, overlap=settings.CHUNK_OVERLAP)
    texts = tuple(embedding_text(title, chunk.heading_path, chunk.text) for chunk in chunks)
    return PreparedDocument(change, content_hash, current_recipe(embedder), title, parsed, chunks, texts)


def _reason(error: Exception) -> str:
    return f"The content could not be parsed ({type(error).__name__})."
