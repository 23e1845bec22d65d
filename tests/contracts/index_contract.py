"""What every index promises, as tests: an adapter inherits each class and gives a fixture `index`, empty.

The fixture builds the index for `MODEL` and `DIMENSION` of `index_samples`.
"""

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from integrations.index.base import (
    AllowedRules,
    IndexBackend,
    IndexBatch,
    IndexedChunk,
)
from tests.contracts.index_samples import (
    DIMENSION,
    EAST,
    MODEL,
    NORTH,
    SOUTH,
    ask,
    chunk,
    direction,
    everything,
    found,
    put,
    readers_of,
    version,
)

# Each example rebuilds the index it is given, and each adapter's suite runs the same inherited test.
SHARED = (HealthCheck.function_scoped_fixture, HealthCheck.differing_executors)
WEIRD_QUESTIONS = (
    'foo:bar ("x',
    "(((((",
    "AND OR NOT",
    "*",
    "title:[a TO z}",
    '"unfinished',
    "\\",
    "^2 ~3 +a -b",
    "\x00\x01\x1b[31m\x7f",
    "\ud800 lonely surrogate",
    "   \n\t ",
    "🙂" * 50,
    "a" * 100_000,
    " ".join(f"word{i}" for i in range(12_000)),
    "\u202eright to left\u200b",
)


class AccessContract:
    """Nobody is given what stands under a rule they were not given."""

    @pytest.fixture(autouse=True)
    def _two_documents(self, index: IndexBackend) -> None:
        index.write(put(version(1, 11, 100, [chunk(1), chunk(2)]), version(2, 12, 200, [chunk(3)])))

    def test_a_reader_sees_what_their_rules_allow(self, index: IndexBackend) -> None:
        assert everything(index, 100) == ([1, 2], [1, 2])
        assert everything(index, 200) == ([3], [3])
        assert everything(index, 100, 200) == ([1, 2, 3], [1, 2, 3])

    def test_a_stranger_sees_nothing(self, index: IndexBackend) -> None:
        assert everything(index, 300) == ([], [])

    def test_no_rules_is_nothing(self, index: IndexBackend) -> None:
        assert everything(index) == ([], [])

    def test_unknown_rules_add_nothing(self, index: IndexBackend) -> None:
        assert everything(index, 200, -5, 10**15) == ([3], [3])

    def test_forbidden_hits_do_not_take_the_place_of_allowed_ones(self, index: IndexBackend) -> None:
        index.write(put(version(3, 13, 300, [chunk(n) for n in range(10, 400)])))
        assert found(ask(index, readers_of(200), "words", NORTH, k=1)) == ([3], [3])

    def test_the_same_rules_in_another_object_see_the_same(self, index: IndexBackend) -> None:
        for _ in range(100):
            assert everything(index, 100) == ([1, 2], [1, 2])
            assert everything(index, 200) == ([3], [3])

    def test_hits_name_their_document(self, index: IndexBackend) -> None:
        hits = ask(index, readers_of(100, 200), "words", NORTH)
        for part in (hits.dense, hits.bm25):
            assert {(hit.chunk, hit.document) for hit in part} == {(1, 1), (2, 1), (3, 2)}


class RulesContract:
    """A document moves to another rule without its text, in both directions."""

    def test_a_moved_document_is_lost_and_gained_at_once(self, index: IndexBackend) -> None:
        index.write(put(version(1, 11, 100, [chunk(1)]), version(2, 12, 200, [chunk(2)])))
        scope = readers_of(100)
        index.set_rules([(2, 100)])
        assert everything(index, 100) == ([1, 2], [1, 2])
        assert everything(index, 200) == ([], [])
        index.set_rules([(1, 200), (2, 200)])
        assert found(ask(index, scope, "words", NORTH)) == ([], [])
        assert everything(index, 200) == ([1, 2], [1, 2])

    def test_the_same_scope_object_sees_a_move(self, index: IndexBackend) -> None:
        index.write(put(version(1, 11, 100, [chunk(1)])))
        loser, gainer = readers_of(100), readers_of(200)
        assert found(ask(index, loser, "words", NORTH)) == ([1], [1])
        assert found(ask(index, gainer, "words", NORTH)) == ([], [])
        index.set_rules([(1, 200)])
        assert found(ask(index, loser, "words", NORTH)) == ([], [])
        assert found(ask(index, gainer, "words", NORTH)) == ([1], [1])

    def test_all_versions_of_a_document_move(self, index: IndexBackend) -> None:
        index.write(put(version(1, 11, 100, [chunk(1)]), version(1, 12, 100, [chunk(2)])))
        index.set_rules([(1, 200)])
        assert everything(index, 200) == ([1, 2], [1, 2])

    def test_unknown_documents_are_ignored(self, index: IndexBackend) -> None:
        index.set_rules([(77, 100)])
        index.write(put(version(1, 11, 100, [chunk(1)])))
        index.set_rules([(77, 100), (78, 200)])
        assert everything(index, 100, 200) == ([1], [1])

    def test_the_last_of_two_rules_counts(self, index: IndexBackend) -> None:
        index.write(put(version(1, 11, 100, [chunk(1)])))
        index.set_rules([(1, 200), (1, 300)])
        assert everything(index, 200) == ([], [])
        assert everything(index, 300) == ([1], [1])


class WriteContract:
    """A batch becomes visible as a whole, replaces what it names, and can be written again."""

    def test_a_written_batch_can_be_written_again(self, index: IndexBackend) -> None:
        batch = put(version(1, 11, 100, [chunk(1), chunk(2)]))
        for _ in range(3):
            index.write(batch)
        assert everything(index, 100) == ([1, 2], [1, 2])
        assert index.verify([(1, 11, 100)]) == []

    def test_a_version_is_replaced_whole(self, index: IndexBackend) -> None:
        index.write(put(version(1, 11, 100, [chunk(1), chunk(2)])))
        index.write(put(version(1, 11, 200, [chunk(2, "other"), chunk(3)])))
        assert everything(index, 100) == ([], [])
        assert everything(index, 200) == ([2, 3], [3])

    def test_a_new_version_stands_beside_the_old_one(self, index: IndexBackend) -> None:
        index.write(put(version(1, 11, 100, [chunk(1)])))
        index.write(put(version(1, 12, 100, [chunk(2)])))
        assert everything(index, 100) == ([1, 2], [1, 2])
        index.write(IndexBatch(drop_versions=(11,)))
        assert everything(index, 100) == ([2], [2])

    def test_a_new_version_keeps_to_its_own_rule(self, index: IndexBackend) -> None:
        index.write(put(version(1, 11, 100, [chunk(1)])))
        index.write(put(version(1, 12, 200, [chunk(2)])))
        assert everything(index, 100) == ([1], [1])
        assert everything(index, 200) == ([2], [2])

    def test_a_document_is_dropped_with_all_versions(self, index: IndexBackend) -> None:
        index.write(
            put(version(1, 11, 100, [chunk(1)]), version(1, 12, 100, [chunk(2)]), version(2, 13, 100, [chunk(3)]))
        )
        index.write(IndexBatch(drop_documents=(1,)))
        assert everything(index, 100) == ([3], [3])

    def test_unknown_drops_are_fine(self, index: IndexBackend) -> None:
        index.write(IndexBatch(drop_versions=(5,), drop_documents=(6,)))
        index.write(put(version(1, 11, 100, [chunk(1)])))
        index.write(IndexBatch(drop_versions=(5,), drop_documents=(6,)))
        assert everything(index, 100) == ([1], [1])

    def test_drops_come_before_puts(self, index: IndexBackend) -> None:
        index.write(put(version(1, 11, 100, [chunk(1)])))
        index.write(IndexBatch(put=(version(1, 12, 100, [chunk(2)]),), drop_versions=(11, 12), drop_documents=(1,)))
        assert everything(index, 100) == ([2], [2])

    def test_what_was_dropped_can_come_back(self, index: IndexBackend) -> None:
        batch = put(version(1, 11, 100, [chunk(1)]))
        index.write(batch)
        index.write(IndexBatch(drop_documents=(1,)))
        assert everything(index, 100) == ([], [])
        index.write(batch)
        assert everything(index, 100) == ([1], [1])

    def test_the_same_version_twice_in_a_batch_counts_once(self, index: IndexBackend) -> None:
        index.write(put(version(1, 11, 100, [chunk(1)]), version(1, 11, 100, [chunk(1)])))
        assert everything(index, 100) == ([1], [1])

    def test_empty_batches_and_versions_without_chunks_are_fine(self, index: IndexBackend) -> None:
        index.write(IndexBatch())
        index.write(put(version(1, 11, 100, [])))
        assert everything(index, 100) == ([], [])
        assert index.verify([(1, 11, 100)]) == []

    @pytest.mark.parametrize(
        "vector", [np.ones(3, "f4"), np.ones(5, "f4"), np.full(4, np.nan, "f4"), np.full(4, 9.0, "f4")]
    )
    def test_a_vector_that_does_not_fit_changes_nothing(self, index: IndexBackend, vector: NDArray[np.float32]) -> None:
        index.write(put(version(1, 11, 100, [chunk(1)])))
        wrong = IndexedChunk(2, "", "", "words", vector)
        with pytest.raises(ValueError, match="chunk 2"):
            index.write(IndexBatch(put=(version(2, 12, 100, [chunk(3), wrong]),), drop_documents=(1,)))
        assert everything(index, 100) == ([1], [1])


class RankingContract:
    """Best first, exactly, ties by chunk id."""

    def test_cosine_orders_the_dense_part(self, index: IndexBackend) -> None:
        index.write(put(version(1, 11, 1, [chunk(1, vector=SOUTH), chunk(2, vector=EAST), chunk(3, vector=NORTH)])))
        hits = ask(index, readers_of(1), vector=NORTH).dense
        assert [(hit.chunk, round(hit.score, 6)) for hit in hits] == [(3, 1), (2, 0), (1, -1)]

    def test_a_vector_alone_gives_no_words_and_words_alone_no_vectors(self, index: IndexBackend) -> None:
        index.write(put(version(1, 11, 1, [chunk(1)])))
        assert found(ask(index, readers_of(1), vector=NORTH)) == ([1], [])
        assert found(ask(index, readers_of(1), "words")) == ([], [1])
        assert found(ask(index, readers_of(1))) == ([], [])

    def test_equal_chunks_are_ordered_by_id_across_batches(self, index: IndexBackend) -> None:
        for number in (7, 3, 9, 1, 5):
            index.write(put(version(number, number, 1, [chunk(number, "the same words"), chunk(number + 10)])))
        assert found(ask(index, readers_of(1), "same", NORTH, k=3)) == ([1, 3, 5], [1, 3, 5])

    def test_at_most_k(self, index: IndexBackend) -> None:
        index.write(put(version(1, 11, 1, [chunk(n) for n in range(1, 40)])))
        assert found(ask(index, readers_of(1), "words", NORTH, k=2)) == ([1, 2], [1, 2])
        assert found(ask(index, readers_of(1), "words", NORTH, k=0)) == ([], [])

    def test_a_question_of_another_dimension_is_refused(self, index: IndexBackend) -> None:
        index.write(put(version(1, 11, 1, [chunk(1)])))
        with pytest.raises(ValueError, match="shape"):
            ask(index, readers_of(1), vector=[1, 0, 0])

    @settings(max_examples=25, deadline=None, suppress_health_check=SHARED)
    @given(data=st.data())
    def test_the_dense_part_equals_a_naive_scan(self, index: IndexBackend, data: st.DataObject) -> None:
        numbers = st.lists(st.integers(-3, 3), min_size=DIMENSION, max_size=DIMENSION).filter(any)
        rows = data.draw(st.lists(st.tuples(numbers, st.integers(1, 4)), min_size=1, max_size=30))
        question, k = data.draw(numbers), data.draw(st.integers(1, 12))
        allowed = data.draw(st.frozensets(st.integers(1, 5)))
        index.rebuild([put(*(version(n, n, rule, [chunk(n, vector=v)]) for n, (v, rule) in enumerate(rows)))])
        scores = {
            n: float(direction(v).astype("f8") @ direction(question).astype("f8"))
            for n, (v, rule) in enumerate(rows)
            if rule in allowed
        }
        hits = ask(index, AllowedRules(allowed), vector=question, k=k).dense
        # Parallel vectors may differ in their last bit, so which of them comes first is not told by the naive scan.
        assert [hit.score for hit in hits] == pytest.approx(sorted(scores.values(), reverse=True)[:k], abs=1e-6)
        assert [scores[hit.chunk] for hit in hits] == pytest.approx([hit.score for hit in hits], abs=1e-6)
        assert len({hit.chunk for hit in hits}) == len(hits)

    @settings(max_examples=15, deadline=None, suppress_health_check=SHARED)
    @given(data=st.data())
    def test_filtered_words_equal_the_allowed_part_of_all(self, index: IndexBackend, data: st.DataObject) -> None:
        texts = st.lists(st.sampled_from(["alpha", "beta", "gamma", "delta"]), max_size=6).map(" ".join)
        rows = data.draw(st.lists(st.tuples(texts, st.integers(1, 4)), min_size=1, max_size=30))
        allowed, k = data.draw(st.frozensets(st.integers(1, 4))), data.draw(st.integers(1, 12))
        index.rebuild([put(*(version(n, n, rule, [chunk(n, text)]) for n, (text, rule) in enumerate(rows)))])
        every = ask(index, readers_of(1, 2, 3, 4), "alpha gamma", k=1000).bm25
        expected = [hit for hit in every if rows[hit.chunk][1] in allowed][:k]
        assert list(ask(index, AllowedRules(allowed), "alpha gamma", k=k).bm25) == expected
        assert [(-hit.score, hit.chunk) for hit in every] == sorted((-hit.score, hit.chunk) for hit in every)
        assert {hit.chunk for hit in every} == {
            n for n, (text, _) in enumerate(rows) if {"alpha", "gamma"} & {*text.split()}
        }


class LanguageContract:
    """Words meet in their language; no character of a question is syntax."""

    @pytest.mark.parametrize("question", WEIRD_QUESTIONS)
    def test_any_question_is_harmless(self, index: IndexBackend, question: str) -> None:
        index.write(put(version(1, 11, 1, [chunk(1, "policy")])))
        assert found(ask(index, readers_of(1), question + " policy", NORTH)) == ([1], [1])
        assert found(ask(index, readers_of(1), question, NORTH))[0] == [1]

    @pytest.mark.parametrize("text", WEIRD_QUESTIONS)
    def test_any_text_can_be_indexed(self, index: IndexBackend, text: str) -> None:
        index.write(put(version(1, 11, 1, [chunk(1, text + " policy", title=text)])))
        assert found(ask(index, readers_of(1), "policy", NORTH)) == ([1], [1])

    @pytest.mark.parametrize(
        ("language", "text", "question"),
        [
            ("en", "Employees request holidays early.", "requesting a holiday"),
            ("de", "Die Reisekosten werden erstattet.", "Erstattung"),
            ("fr", "Les congés sont accordés.", "conge accordee"),
            ("pl", "Urlopy macierzyńskie", "macierzynskie"),
            ("", "Wireguard 10.0.0.1", "WIREGUARD"),
            ("ja", "出張旅費の精算方法について", "旅費"),
            ("zh", "員工可以申請年假。", "年假"),
            ("th", "นโยบายการลาพักร้อนของบริษัท", "ลาพักร้อน"),
            ("ko", "연차휴가를 신청합니다", "휴가"),
            ("de", "Zürich", "zurich"),
            ("en", "re\u0301sume\u0301", "résumé"),
        ],
    )
    def test_forms_of_a_word_meet(self, index: IndexBackend, language: str, text: str, question: str) -> None:
        index.write(put(version(1, 11, 1, [chunk(1, text)], language), version(2, 12, 1, [chunk(2, "????")], language)))
        assert found(ask(index, readers_of(1), question, language=language))[1] == [1]

    def test_title_and_heading_are_searched(self, index: IndexBackend) -> None:
        headed = IndexedChunk(1, "Expenses", "Travel > Hotels", "Limits apply.", direction(NORTH))
        index.write(put(version(1, 11, 1, [headed])))
        for question in ("expense", "hotel", "limit"):
            assert found(ask(index, readers_of(1), question))[1] == [1]

    def test_plain_words_meet_across_languages(self, index: IndexBackend) -> None:
        index.write(put(version(1, 11, 1, [chunk(1, "Kubernetes Cluster")], "de")))
        assert found(ask(index, readers_of(1), "kubernetes", language="fr"))[1] == [1]


class GenerationContract:
    """The index can be checked against the database, and built anew from it."""

    def test_verify_names_each_difference(self, index: IndexBackend) -> None:
        index.write(put(*(version(n, 10 + n, 100, [chunk(n)]) for n in (1, 2, 3))))
        assert index.verify([(1, 11, 100), (2, 12, 100), (3, 13, 100)]) == []
        differences = index.verify([(1, 11, 100), (2, 12, 200), (4, 14, 100)])
        assert [("document 2" in d, "document 3" in d, "document 4" in d) for d in differences] == [
            (True, False, False),
            (False, True, False),
            (False, False, True),
        ]

    def test_verify_of_an_empty_index(self, index: IndexBackend) -> None:
        assert index.verify([]) == []
        assert len(index.verify([(1, 11, 100)])) == 1

    def test_a_rebuild_replaces_everything(self, index: IndexBackend) -> None:
        index.write(put(version(1, 11, 100, [chunk(1)])))
        before = index.generation
        index.rebuild(
            [
                put(version(2, 12, 100, [chunk(2)]), version(3, 13, 100, [chunk(3)])),
                IndexBatch(put=(version(4, 14, 100, [chunk(4)]), version(2, 12, 100, [chunk(2)])), drop_documents=(3,)),
            ]
        )
        assert everything(index, 100) == ([2, 4], [2, 4])
        assert index.verify([(2, 12, 100), (4, 14, 100)]) == []
        assert index.generation != before

    def test_the_old_generation_is_searched_until_the_new_one_is_complete(self, index: IndexBackend) -> None:
        index.write(put(version(1, 11, 100, [chunk(1)])))
        seen = []

        def batches():
            yield put(version(2, 12, 100, [chunk(2)]))
            seen.append(everything(index, 100))

        index.rebuild(batches())
        assert seen == [([1], [1])]
        assert everything(index, 100) == ([2], [2])

    def test_a_failed_rebuild_leaves_the_old_generation(self, index: IndexBackend) -> None:
        index.write(put(version(1, 11, 100, [chunk(1)])))
        before = index.generation

        def batches():
            yield put(version(2, 12, 100, [chunk(2)]))
            raise RuntimeError("the database went away")

        with pytest.raises(RuntimeError, match="went away"):
            index.rebuild(batches())
        assert (everything(index, 100), index.generation) == (([1], [1]), before)
        index.write(put(version(3, 13, 100, [chunk(3)])))
        assert everything(index, 100) == ([1, 3], [1, 3])

    def test_the_generation_names_the_model(self, index: IndexBackend) -> None:
        index.write(put(version(1, 11, 100, [chunk(1)])))
        assert MODEL in index.generation
