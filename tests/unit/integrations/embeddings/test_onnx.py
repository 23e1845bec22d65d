import json
import shutil
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import numpy as np
import pytest

from integrations.embeddings import onnx
from integrations.embeddings.base import ModelMissing
from integrations.embeddings.catalogue import BGE_SMALL
from integrations.embeddings.onnx import _BATCH_TOKENS, _batches, open_embedder
from tests.factories.embedder import MODELS_DIR, real_embedder

NAME = "all-minilm-l6-v2"
open_session = onnx._open_session


class TestOpening:
    def test_needs_no_files_until_it_is_used(self, tmp_path):
        embedder = open_embedder(model="fast", models_dir=tmp_path)
        assert (embedder.dimension, embedder.window) == (384, 256)
        with pytest.raises(ModelMissing, match="fetch_models"):
            embedder.embed_question("hello")
        with pytest.raises(ModelMissing):
            embedder.token_offsets("hello")

    def test_no_name_and_no_folder_is_an_error(self, tmp_path):
        with pytest.raises(ModelMissing):
            open_embedder(model="", models_dir=tmp_path)

    def test_altered_files_are_not_used(self, copy):
        (copy / NAME / "tokenizer.json").write_text("{}")
        with pytest.raises(ModelMissing, match="altered"):
            open_embedder(model="fast", models_dir=copy).embed_documents(["hello"])

    def test_many_threads_may_use_it_first_and_it_is_loaded_once(self, copy, monkeypatch):
        opened: list[Path] = []
        monkeypatch.setattr(
            onnx, "_open_session", lambda path, threads: opened.append(path) or open_session(path, threads)
        )
        embedder = open_embedder(model="fast", models_dir=copy)
        with ThreadPoolExecutor(8) as pool:
            vectors = list(pool.map(embedder.embed_question, ["hello"] * 8))
        assert all(np.array_equal(vector, vectors[0]) for vector in vectors)
        assert len(opened) == 1


class TestFolderOfYourOwn:
    def test_wins_and_has_its_own_identity_window_and_prefix(self, copy):
        own = self._described(copy, document_prefix="passage: ", window=12)
        embedder = open_embedder(model="bge-small-en-v1.5", models_dir=copy, folder=own)
        known = open_embedder(model="fast", models_dir=copy)
        assert embedder.model_id.startswith("mine@")
        assert embedder.model_id != known.model_id
        assert embedder.special_tokens == 4  # [CLS] passage : [SEP]
        assert embedder.embed_documents(["one two three four five six seven eight"]).shape == (1, 384)
        assert np.allclose(embedder.embed_documents(["hello"]), known.embed_documents(["passage: hello"]), atol=1e-6)

    def test_an_unusable_model_is_a_clear_error(self, copy):
        own = self._described(copy)
        (own / "model.onnx").write_bytes(b"nonsense")
        with pytest.raises(ModelMissing, match="cannot be opened"):
            open_embedder(folder=own).embed_documents(["hello"])

    def _described(self, copy, **more):
        description = {"name": "mine", "pooling": "mean", "window": 256, "dimension": 384} | more
        (copy / NAME / "model.json").write_text(json.dumps(description))
        return copy / NAME


def test_a_question_carries_the_prefix_of_its_model():
    embedder = real_embedder("bge-small-en-v1.5")
    prefixed = embedder.embed_documents([BGE_SMALL.spec.question_prefix + "Who pays?"])[0]
    assert np.allclose(embedder.embed_question("Who pays?"), prefixed, atol=1e-6)


def test_batches_hold_each_text_once_and_stay_within_their_bounds():
    lengths = [3, 500, 40, 40, 7, 512, 100, 3, 700] * 5
    batches = list(_batches([[0] * length for length in lengths]))
    assert sorted(position for batch in batches for position in batch) == list(range(len(lengths)))
    assert all(len(batch) == 1 or max(lengths[i] for i in batch) * len(batch) <= _BATCH_TOKENS for batch in batches)


def test_more_texts_than_one_slab_keep_their_order(monkeypatch):
    monkeypatch.setattr("integrations.embeddings.onnx._SLAB_TEXTS", 2)
    embedder = real_embedder("fast")
    texts = ["red apples", "tax return", "polar bears", "bank holiday", "oak"]
    nearest = embedder.embed_documents(texts) @ np.stack([embedder.embed_question(text) for text in texts]).T
    assert nearest.argmax(axis=0).tolist() == [0, 1, 2, 3, 4]


@pytest.fixture
def copy(tmp_path):
    """A models folder of our own that a test may damage."""
    real_embedder("fast")
    shutil.copytree(MODELS_DIR / NAME, tmp_path / NAME)
    return tmp_path
