from pathlib import Path

import pytest

from integrations.embeddings.fetching import fetch_model
from integrations.embeddings.onnx import OnnxEmbedder, open_embedder
from tests.contracts.embeddings_contract import EmbedderContract

MODELS_DIR = Path(__file__).parents[2] / "var" / "models"


@pytest.fixture(scope="module", params=["bge-small-en-v1.5", "fast"])
def opened(request: pytest.FixtureRequest) -> OnnxEmbedder:
    fetch_model(request.param, MODELS_DIR)
    return open_embedder(model=request.param, models_dir=MODELS_DIR)


class TestOnnxEmbedder(EmbedderContract):
    @pytest.fixture
    def embedder(self, opened: OnnxEmbedder) -> OnnxEmbedder:
        return opened
