"""Documents in a real database and index, asked by people with different rights; and passages made by hand."""

from datetime import UTC, datetime

import pytest

from integrations.index.base import IndexBatch, IndexedChunk, IndexedVersion
from ragportal.access.asker import Asker
from ragportal.access.models import AccessRule
from ragportal.answering.units import WholeVersion
from ragportal.common.engines import the_embedder, the_index
from ragportal.knowledge.models import Chunk, Document, Source, Version
from ragportal.knowledge.parsing.document import ParsedDocument, blocks_to_json
from ragportal.knowledge.parsing.parse import parse
from ragportal.search.results import Passage
from ragportal.tenants.models import Membership, Tenant
from tests.factories.access import make_rule, user
from tests.factories.people import make_member

DAY_ONE = datetime(2026, 1, 1, tzinfo=UTC)


class Shelf:
    """Markdown documents of one tenant, each one chunk, readable for Ada unless a rule says otherwise."""

    def __init__(self, ada: Membership) -> None:
        self.ada = asker_of(ada)
        self.rule = make_rule([user(ada.user.email)])
        self.source = Source.objects.create(name="shelf", kind="test")

    def add(self, name: str, markdown: str, *, rule: AccessRule | None = None, status: str = "current") -> Document:
        parsed = parse(markdown.encode(), "text/markdown", f"{name}.md")
        document = Document.objects.create(
            source=self.source,
            external_id=f"{name}.md",
            title=parsed.title or name,
            status=status,
            url=f"https://shelf.example/{name}",
            modified_at=DAY_ONE,
            access_rule=rule or self.rule,
        )
        version = Version.objects.create(
            document=document,
            number=1,
            state=Version.State.PUBLISHED,
            content_hash=name,
            title=document.title,
            text=parsed.text,
            blocks=blocks_to_json(parsed.blocks),
            language="en",
        )
        chunk = Chunk.objects.create(
            version=version, ordinal=0, start=0, end=len(parsed.text), heading_path=[], text=parsed.text
        )
        Document.objects.filter(pk=document.pk).update(current_version=version)
        vector = the_embedder().embed_documents([parsed.text])[0]
        indexed = IndexedChunk(chunk.pk, document.title, "", parsed.text, vector)
        put = IndexedVersion(document.pk, version.pk, document.access_rule_id, "en", (indexed,))
        the_index().write(IndexBatch(put=(put,)))
        document.refresh_from_db()
        return document


def asker_of(membership: Membership) -> Asker:
    return Asker(membership.tenant_id, membership.pk, membership.user_id)


@pytest.fixture
def shelf(tenant: Tenant) -> Shelf:
    return Shelf(make_member("ada@harbour.example"))


@pytest.fixture
def bob(tenant: Tenant) -> Asker:
    """A colleague who may read nothing of the shelf."""
    return asker_of(make_member("bob@harbour.example"))


class Passages:
    """Makes passages out of Markdown: one per document, over its whole text unless cut."""

    def __init__(self) -> None:
        self.texts: dict[int, str] = {}
        self.versions: dict[int, WholeVersion] = {}

    def of(
        self,
        markdown: str,
        *,
        status: str = "current",
        score: float = 1.0,
        cut: tuple[int, int] | None = None,
        language: str = "en",
        url: str = "",
        chunks: tuple[tuple[int, int, int], ...] | None = None,
    ) -> Passage:
        parsed: ParsedDocument = parse(markdown.encode(), "text/markdown", "a.md")
        number = len(self.texts) + 1
        self.texts[number] = parsed.text
        whole = ((0, len(parsed.text), number * 10),) if chunks is None else chunks
        self.versions[number] = WholeVersion(parsed.text, parsed.blocks, whole)
        start, end = cut or (0, len(parsed.text))
        return Passage(
            chunk_ids=(number * 10,),
            document_id=number,
            version_id=number,
            title=parsed.title or f"Page {number}",
            url=url,
            heading_path=(),
            start=start,
            end=end,
            text=parsed.text[start:end],
            blocks=parsed.blocks,
            language=language,
            status=status,
            modified_at=DAY_ONE,
            score=score,
            cosine=0.8,
            bm25=10.0,
        )


@pytest.fixture
def passages() -> Passages:
    return Passages()
