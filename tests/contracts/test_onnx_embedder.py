import pytest

from integrations.embeddings.onnx import OnnxEmbedder
from tests.contracts.embeddings_contract import EmbedderContract
from tests.factories.embedder import real_embedder


@pytest.fixture(scope="module", params=["bge-small-en-v1.5", "fast"])
def opened(request: pytest.FixtureRequest) -> OnnxEmbedder:
    return real_embedder(request.param)


class TestOnnxEmbedder(EmbedderContract):
    @pytest.fixture
    def embedder(self, opened: OnnxEmbedder) -> OnnxEmbedder:
        return opened
