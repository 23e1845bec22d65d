"""A library of documents as rows and in a real index, so that a test can put them at odds with each other."""

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta

import pytest

from integrations.index.base import IndexBatch, IndexedChunk, IndexedVersion
from ragportal.access.asker import Asker
from ragportal.access.models import AccessRule, ReaderSet
from ragportal.access.scope import AccessScope, scope_for
from ragportal.common.engines import the_embedder, the_index
from ragportal.knowledge.models import Chunk, Document, Source, Version
from ragportal.knowledge.parsing.document import Block, blocks_to_json
from ragportal.tenants.models import Membership, Tenant
from tests.factories.access import WEB, make_rule, user
from tests.factories.people import make_member

DAY_ONE = datetime(2026, 1, 1, tzinfo=UTC)


class Library:
    """Documents of one tenant, readable for Ada unless a rule says otherwise."""

    def __init__(self, ada: Membership) -> None:
        self.ada = ada
        self.rule = make_rule([user(ada.user.email)])
        self.source = Source.objects.create(name="shelf", kind="test")

    def scope(self) -> AccessScope:
        return scope_for(self.asker, WEB)

    @property
    def asker(self) -> Asker:
        return Asker(self.ada.tenant_id, self.ada.pk, self.ada.user_id)

    def add(
        self,
        title: str,
        *chunks: str,
        rule: AccessRule | None = None,
        status: str = "current",
        day: int = 0,
        language: str = "en",
    ) -> Document:
        """A published document whose chunks stand behind each other, each a paragraph."""
        document = Document.objects.create(
            source=self.source,
            external_id=title,
            title=title,
            url=f"https://shelf.example/{title}",
            status=status,
            modified_at=DAY_ONE + timedelta(days=day),
            access_rule=rule or self.rule,
        )
        self.publish(document, self.stage(document, *chunks, language=language))
        return document

    def stage(self, document: Document, *chunks: str, language: str = "en", indexed: bool = True) -> Version:
        """A version in the database, and in the index if `indexed`, that is not the current one."""
        text = "\n".join(chunks)
        spans = _spans(chunks)
        version = Version.objects.create(
            document=document,
            number=document.versions.count() + 1,
            content_hash=str(hash(text)),
            title=document.title,
            text=text,
            blocks=blocks_to_json(Block("paragraph", start, end) for start, end in spans),
            language=language,
        )
        for ordinal, (start, end) in enumerate(spans):
            Chunk.objects.create(
                version=version, ordinal=ordinal, start=start, end=end, heading_path=["Part"], text=text[start:end]
            )
        if indexed:
            self.index(version)
        return version

    def index(self, version: Version) -> None:
        rows = list(version.chunks.order_by("ordinal"))
        title = version.document.title
        vectors = the_embedder().embed_documents([f"{title}\n{row.text}" for row in rows])
        chunks = tuple(
            IndexedChunk(row.pk, title, "Part", row.text, vector) for row, vector in zip(rows, vectors, strict=True)
        )
        put = IndexedVersion(version.document_id, version.pk, version.document.access_rule_id, version.language, chunks)
        the_index().write(IndexBatch(put=(put,)))

    def publish(self, document: Document, version: Version) -> None:
        Version.objects.filter(pk=document.current_version_id).update(state=Version.State.RETIRED)
        Version.objects.filter(pk=version.pk).update(state=Version.State.PUBLISHED)
        Document.objects.filter(pk=document.pk).update(current_version=version)
        document.refresh_from_db()

    def readers_of(self, rule: AccessRule) -> ReaderSet:
        return ReaderSet.objects.get(rule_rows__rule=rule)


def _spans(chunks: Sequence[str]) -> list[tuple[int, int]]:
    spans, start = [], 0
    for chunk in chunks:
        spans.append((start, start + len(chunk)))
        start += len(chunk) + 1
    return spans


@pytest.fixture
def library(tenant: Tenant) -> Library:
    return Library(make_member("ada@harbour.example"))
