import pytest

from tests.contracts.embeddings_contract import EmbedderContract
from tests.factories.embedder import FakeEmbedder


class TestFakeEmbedder(EmbedderContract):
    @pytest.fixture
    def embedder(self) -> FakeEmbedder:
        return FakeEmbedder()
