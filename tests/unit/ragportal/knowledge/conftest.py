"""A memory source with its row, an embedder that counts, and what one rule or one person finds."""

from collections.abc import Callable, Iterator

import pytest
from django.conf import LazySettings

from integrations.index.base import AllowedRules, SearchQuery
from ragportal.access.scope import scope_for
from ragportal.access.selectors import asker_of
from ragportal.common import engines
from ragportal.common.engines import the_index
from ragportal.knowledge.models import AccessRule, Document, Source
from ragportal.search.services import retrieve
from ragportal.tenants.models import Membership
from tests.factories.access import WEB
from tests.factories.embedder import FakeEmbedder
from tests.factories.memory_source import SOURCES, MemorySource


class CountingEmbedder(FakeEmbedder):
    """Counts the passages it embeds."""

    def __init__(self) -> None:
        super().__init__()
        self.passages = 0

    def embed_documents(self, texts):
        self.passages += len(texts)
        return super().embed_documents(texts)


@pytest.fixture
def memory(settings: LazySettings) -> Iterator[MemorySource]:
    settings.CONNECTORS = {
        "memory": "tests.factories.memory_source.MemoryConnector",
        "files": "connectors.files.connector.FilesConnector",
    }
    SOURCES["the one"] = MemorySource()
    yield SOURCES["the one"]
    SOURCES.clear()


@pytest.fixture
def source(tenant, memory: MemorySource) -> Source:
    return Source.objects.create(name="Handbook", kind="memory", config={"name": "the one"})


@pytest.fixture
def embedder(monkeypatch: pytest.MonkeyPatch) -> CountingEmbedder:
    counting = CountingEmbedder()
    monkeypatch.setattr(engines, "_embedder", lambda *args: counting)
    return counting


Found = Callable[[str], set[str]]


@pytest.fixture
def found_under(tenant) -> Callable[[str, AccessRule], set[str]]:
    """Ids at the source of the documents that a search finds for somebody whom only this rule lets in.

    As in the product: the index proposes, the database decides (rule, version and tombstone).
    """

    def find(words: str, *rules: AccessRule) -> set[str]:
        allowed = AllowedRules(frozenset(rule.pk for rule in rules))
        hits = the_index().search(SearchQuery(words, None, "en"), allowed, 100).bm25
        shown = Document.objects.filter(
            removed_at=None, access_rule__in=rules, current_version__chunks__in=[hit.chunk for hit in hits]
        )
        return set(shown.values_list("external_id", flat=True))

    return find


@pytest.fixture
def seen_by(tenant) -> Callable[[Membership, str], dict[str, str]]:
    """What this person finds now with these words: the passages' texts by the id of their document at the source."""

    def find(member: Membership, words: str) -> dict[str, str]:
        passages = retrieve(words, scope_for(asker_of(member), WEB), limit=50).passages
        ids = dict(Document.objects.values_list("pk", "external_id"))
        return {ids[passage.document_id]: passage.text for passage in passages}

    return find
