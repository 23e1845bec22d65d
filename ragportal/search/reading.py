"""Reading one document, as it stands today, if the asker may read it now."""

from dataclasses import dataclass
from datetime import datetime

from django.db.models import F

from ragportal.access.models import Classification
from ragportal.access.scope import AccessScope
from ragportal.knowledge.models import Chunk, Source, Version
from ragportal.knowledge.parsing.document import Block, blocks_from_json
from ragportal.search.recheck import readable_chunks


@dataclass(frozen=True, slots=True)
class ReadableDocument:
    """A published version, and what a reader wants to know about its document. `number` counts its versions."""

    id: int
    external_id: str
    title: str
    url: str
    author: str
    source: str
    status: str
    classification: Classification
    modified_at: datetime
    version_id: int
    number: int
    language: str
    text: str
    blocks: tuple[Block, ...]


def read_document(*, document_id: int, scope: AccessScope) -> ReadableDocument | None:
    """The document's current version; None where it is missing, removed or not this asker's to read: all alike.

    It passes the recheck of a search hit: a chunk of the current version is checked, and then that very version
    is read; what is said of the document (a path, an author) comes from the checking statement itself. A version
    without chunks was never found by a search, and cannot be read here either.
    """
    current = Chunk.objects.filter(version__document_id=document_id, version=F("version__document__current_version"))
    chunk = current.order_by("ordinal").values_list("pk", flat=True).first()
    readable = readable_chunks([chunk], scope).get(chunk) if chunk is not None else None
    if readable is None:
        return None
    version = Version.objects.filter(pk=readable.version).first()
    source = Source.objects.filter(pk=readable.source_id).first()
    if version is None or source is None:
        return None
    return ReadableDocument(
        id=readable.document,
        external_id=readable.external_id,
        title=readable.title,
        url=readable.url,
        author=readable.author,
        source=source.name,
        status=readable.status,
        classification=Classification(readable.classification),
        modified_at=readable.modified_at,
        version_id=version.pk,
        number=version.number,
        language=version.language,
        text=version.text,
        blocks=blocks_from_json(version.blocks, version.text),
    )
