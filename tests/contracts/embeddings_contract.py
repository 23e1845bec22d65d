"""What every embedder promises. Subclass it and give an `embedder` fixture."""

from concurrent.futures import ThreadPoolExecutor

import numpy as np
import pytest

from integrations.embeddings.base import Embedder, TextTooLong

NEAR = "The invoice must be paid within thirty days."
QUESTION = "When must the invoice be paid?"
FAR = "Penguins swim quickly under cold polar ice."


class EmbedderContract:
    """The model quantises per batch, so equal texts in other company are near, not equal: cosine above .95."""

    @pytest.fixture
    def embedder(self) -> Embedder:
        raise NotImplementedError

    def test_states_its_sizes(self, embedder: Embedder) -> None:
        assert embedder.model_id
        assert embedder.dimension > 0
        assert embedder.window > embedder.special_tokens >= 0
        assert all(len(language) == 2 for language in embedder.languages)

    def test_vectors_are_float32_of_length_one_in_the_order_given(self, embedder: Embedder) -> None:
        texts = [FAR, NEAR * 9, NEAR, "Short.", NEAR * 5]
        vectors = embedder.embed_documents(texts)
        assert vectors.shape == (len(texts), embedder.dimension)
        assert vectors.dtype == np.float32
        assert np.allclose(np.linalg.norm(vectors, axis=1), 1.0, atol=1e-5)
        for text, vector in zip(texts, vectors, strict=True):
            assert embedder.embed_documents([text])[0] @ vector > 0.95

    def test_nothing_gives_no_vector(self, embedder: Embedder) -> None:
        assert embedder.embed_documents([]).shape == (0, embedder.dimension)

    def test_an_empty_text_has_a_vector_of_length_one(self, embedder: Embedder) -> None:
        assert np.linalg.norm(embedder.embed_documents([""])[0]) == pytest.approx(1.0, abs=1e-5)
        assert np.linalg.norm(embedder.embed_question("")) == pytest.approx(1.0, abs=1e-5)

    def test_a_question_is_nearer_to_its_passage_than_to_another(self, embedder: Embedder) -> None:
        question = embedder.embed_question(QUESTION)
        assert question.shape == (embedder.dimension,)
        assert question.dtype == np.float32
        near, far = embedder.embed_documents([NEAR, FAR])
        assert question @ near > question @ far

    def test_equal_input_gives_equal_vectors(self, embedder: Embedder) -> None:
        assert np.array_equal(embedder.embed_documents([NEAR, FAR]), embedder.embed_documents([NEAR, FAR]))
        assert np.array_equal(embedder.embed_question(QUESTION), embedder.embed_question(QUESTION))

    def test_token_spans_lie_in_order_within_the_text_and_leave_no_word_out(self, embedder: Embedder) -> None:
        text = "  Zoë’s naïve café\tcosts 3.50 € — 東京 😀 \n end"
        spans = embedder.token_offsets(text)
        starts = [start for start, _ in spans]
        assert starts == sorted(starts)
        assert all(0 <= start < end <= len(text) for start, end in spans)
        covered = {position for start, end in spans for position in range(start, end)}
        assert all(text[position].isspace() or position in covered for position in range(len(text)))

    def test_token_spans_are_not_cut_at_the_window(self, embedder: Embedder) -> None:
        assert len(embedder.token_offsets("word " * (embedder.window + 50))) >= embedder.window + 50

    def test_the_window_can_be_filled_and_not_exceeded(self, embedder: Embedder) -> None:
        text = "word " * (embedder.window - embedder.special_tokens)
        assert len(embedder.token_offsets(text)) == embedder.window - embedder.special_tokens
        assert embedder.embed_documents([text]).shape == (1, embedder.dimension)
        with pytest.raises(TextTooLong):
            embedder.embed_documents(["short", text + " word"])

    def test_a_question_beyond_the_window_is_cut_at_its_end(self, embedder: Embedder) -> None:
        start = "invoice payment days " * embedder.window
        assert np.array_equal(embedder.embed_question(start + "penguins"), embedder.embed_question(start + "ice"))

    def test_threads_may_share_it(self, embedder: Embedder) -> None:
        alone = embedder.embed_question(QUESTION)
        with ThreadPoolExecutor(4) as pool:
            answers = list(pool.map(lambda _: embedder.embed_question(QUESTION), range(8)))
        assert all(np.array_equal(answer, alone) for answer in answers)
