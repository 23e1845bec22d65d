"""From a listed document to the texts that are embedded. Nothing is written here."""

import logging
from dataclasses import dataclass, replace

from django.conf import settings

from connectors.base import SourceDocument, SourceError
from integrations.embeddings.base import Embedder, ModelMissing
from ragportal.common.errors import Unavailable
from ragportal.knowledge.chunking.chunks import ChunkText, chunk_document, embedding_text
from ragportal.knowledge.documents.attachments import MARK, MOST_NESTED, AttachedContent, attached_documents
from ragportal.knowledge.documents.description import KnownText, is_same, is_same_text
from ragportal.knowledge.documents.failures import Failure
from ragportal.knowledge.documents.recipe import current_recipe
from ragportal.knowledge.parsing.document import ParsedDocument, ParsingFailed
from ragportal.knowledge.parsing.parse import parse

logger = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class PreparedDocument:
    """A new text, cut into chunks; `texts` are what is embedded, one for each chunk.

    `attached`: what came within it, by id and content.
    """

    change: SourceDocument
    content_hash: str
    recipe: str
    title: str
    parsed: ParsedDocument
    chunks: tuple[ChunkText, ...]
    texts: tuple[str, ...]
    attached: frozenset[AttachedContent] = frozenset()


@dataclass(frozen=True, slots=True)
class UnchangedDocument:
    """Read, and found to be what is published already."""


def read_content(change: SourceDocument) -> bytes | Failure:
    """The bytes of a listed document, or why the source does not give them."""
    try:
        return change.read()
    except SourceError as error:
        return Failure(change.id, str(error), error.permanent)


def prepare(
    change: SourceDocument, known: KnownText | None, content: bytes, content_hash: str, embedder: Embedder
) -> PreparedDocument | UnchangedDocument | Failure:
    """Parse and chunk one document. An error in its content becomes a Failure and never stops the others.

    `known`: what is published of it. `content_hash`: the SHA-256 of `content`, as versions keep it.
    Raises ModelMissing and Unavailable (no parser process), which concern them all.
    """
    recipe = current_recipe(embedder)
    if known is not None and is_same(known, change, content_hash, recipe):
        return UnchangedDocument()
    try:
        parsed = parse(content, change.media_type, change.id)
        title = (parsed.title or change.title or change.id)[:500]
        if known is not None and title == known.title and is_same_text(known, change, content_hash, recipe):
            return UnchangedDocument()
        chunks = chunk_document(
            parsed, title, embedder, max_tokens=settings.CHUNK_TOKENS, overlap=settings.CHUNK_OVERLAP
        )
        texts = tuple(embedding_text(title, chunk.heading_path, chunk.text) for chunk in chunks)
        return PreparedDocument(change, content_hash, recipe, title, parsed, chunks, texts)
    except (ModelMissing, Unavailable):
        raise
    except ParsingFailed as error:
        return Failure(change.id, str(error), permanent=True)
    except Exception as error:  # noqa: BLE001 - the named boundary: whatever a parser meets in one document
        logger.warning("A document could not be parsed", extra={"error": type(error).__name__})
        return Failure(change.id, f"The content could not be parsed ({type(error).__name__}).", permanent=True)


def prepare_attachments(
    container: PreparedDocument, embedder: Embedder
) -> tuple[PreparedDocument, list[PreparedDocument | Failure]]:
    """The document without the contents of its attachments, and each of these prepared like any document."""
    outcomes: list[PreparedDocument | Failure] = []
    attached: set[AttachedContent] = set()
    pending = [(0, change) for change in attached_documents(container.change, container.parsed.attachments)]
    while pending:
        depth, change = pending.pop(0)
        content = change.read()
        outcome = prepare(change, None, content, change.fingerprint, embedder)
        attached.add((change.id, change.fingerprint))
        if isinstance(outcome, PreparedDocument):
            if depth < MOST_NESTED:
                pending += [(depth + 1, one) for one in attached_documents(change, outcome.parsed.attachments)]
            outcome = _without_attachments(outcome)
        if not isinstance(outcome, UnchangedDocument):
            outcomes.append(outcome)
    return replace(_without_attachments(container), attached=frozenset(attached)), outcomes


def _without_attachments(prepared: PreparedDocument) -> PreparedDocument:
    """Their contents are not needed any more, and may be large."""
    change = replace(prepared.change, read=bytes) if MARK in prepared.change.id else prepared.change
    return replace(prepared, change=change, parsed=replace(prepared.parsed, attachments=()))
