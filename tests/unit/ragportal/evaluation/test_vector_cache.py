"""Vectors remembered on disk."""

import numpy as np
import pytest

from ragportal.evaluation.vector_cache import CachedEmbedder
from tests.factories.embedder import FakeEmbedder


class CountingEmbedder(FakeEmbedder):
    """Knows how many texts it was given."""

    def __init__(self, *, dimension: int = 64) -> None:
        super().__init__(dimension=dimension)
        self.texts = 0

    def embed_documents(self, texts):
        self.texts += len(texts)
        return super().embed_documents(texts)

    def embed_question(self, text):
        self.texts += 1
        return super().embed_question(text)


@pytest.fixture
def file(tmp_path):
    return tmp_path / "cache" / "vectors.sqlite3"


def test_the_second_time_nothing_is_computed(file):
    texts = ["one", "two", "one", "three"]
    first = CachedEmbedder(CountingEmbedder(), file).embed_documents(texts)
    inner = CountingEmbedder()

    again = CachedEmbedder(inner, file).embed_documents(texts)

    assert inner.texts == 0
    np.testing.assert_array_equal(again, first)
    np.testing.assert_array_equal(first, FakeEmbedder().embed_documents(texts))


def test_questions_and_passages_are_kept_apart(file):
    inner = CountingEmbedder()
    cached = CachedEmbedder(inner, file)
    cached.embed_documents(["one"])

    np.testing.assert_array_equal(cached.embed_question("one"), cached.embed_question("one"))
    assert inner.texts == 2


def test_models_are_kept_apart(file):
    CachedEmbedder(CountingEmbedder(dimension=64), file).embed_documents(["one"])

    assert CachedEmbedder(CountingEmbedder(dimension=32), file).embed_documents(["one"]).shape == (1, 32)


def test_the_file_is_bounded(file):
    inner = CountingEmbedder()
    cached = CachedEmbedder(inner, file, most_vectors=10)
    cached.embed_documents([f"text {number}" for number in range(25)])
    assert inner.texts == 25

    cached.embed_documents(["text 24", "text 15"])
    assert inner.texts == 25
    cached.embed_documents(["text 14"])
    assert inner.texts == 26


def test_no_texts(file):
    assert CachedEmbedder(FakeEmbedder(), file).embed_documents([]).shape == (0, 64)


def test_says_what_the_embedder_says(file):
    inner = FakeEmbedder()
    cached = CachedEmbedder(inner, file)

    assert (cached.model_id, cached.window, cached.languages) == (inner.model_id, inner.window, inner.languages)
    assert cached.token_offsets("a b") == [(0, 1), (2, 3)]
