"""Generations, compaction and the two ways of filtering, on one index in one process."""

from pathlib import Path

import pytest
from tantivy import Index

from integrations.index.base import AllowedRules, IndexBatch
from integrations.index.embedded import EmbeddedIndex
from integrations.index.embedded import bm25 as bm25_module
from tests.contracts.index_samples import (
    DIMENSION,
    EAST,
    MODEL,
    NORTH,
    ask,
    chunk,
    everything,
    found,
    put,
    readers_of,
    version,
)


class TestAnEmptyFolder:
    def test_searching_creates_nothing(self, index: EmbeddedIndex, folder: Path) -> None:
        assert everything(index, 1) == ([], [])
        assert index.generation == f"{MODEL}:0"
        index.set_rules([])
        assert not list(folder.glob("generation-*"))

    def test_a_search_of_a_missing_folder_leaves_it_missing(self, index: EmbeddedIndex, folder: Path) -> None:
        everything(index, 1)
        assert not folder.exists()


class TestAnotherModel:
    @pytest.fixture(params=[("model-b", DIMENSION), (MODEL, DIMENSION + 1)])
    def other(self, request: pytest.FixtureRequest, index: EmbeddedIndex, folder: Path) -> EmbeddedIndex:
        index.write(put(version(1, 11, 100, [chunk(1)])))
        return EmbeddedIndex(folder, *request.param)

    def test_its_index_is_empty(self, other: EmbeddedIndex) -> None:
        assert found(ask(other, readers_of(100), "words")) == ([], [])
        assert other.generation.endswith(":0")
        assert len(other.verify([(1, 11, 100)])) == 1

    def test_moving_rules_touches_nothing(self, index: EmbeddedIndex, other: EmbeddedIndex) -> None:
        other.set_rules([(1, 200)])
        assert everything(index, 100) == ([1], [1])

    def test_a_write_begins_a_new_generation_and_mixes_nothing(
        self, index: EmbeddedIndex, other: EmbeddedIndex
    ) -> None:
        other.write(put(version(2, 12, 100, [])))
        assert other.verify([(2, 12, 100)]) == []
        assert other.generation.endswith(":2")
        assert everything(index, 100) == ([], [])


class TestGenerations:
    def test_the_number_rises_with_each_rebuild(self, index: EmbeddedIndex) -> None:
        names = []
        for _ in range(3):
            index.rebuild([put(version(1, 11, 100, [chunk(1)]))])
            names.append(index.generation)
        assert names == [f"{MODEL}:{number}" for number in (1, 2, 3)]

    def test_leftovers_of_a_dead_rebuild_are_removed_by_the_next_write(
        self, index: EmbeddedIndex, folder: Path
    ) -> None:
        index.write(put(version(1, 11, 100, [chunk(1)])))
        (folder / "generation-7" / "text").mkdir(parents=True)
        index.write(IndexBatch())
        assert [path.name for path in folder.glob("generation-*")] == ["generation-1"]

    def test_a_reader_follows_to_the_new_generation(self, index: EmbeddedIndex, folder: Path) -> None:
        index.write(put(version(1, 11, 100, [chunk(1)])))
        assert everything(index, 100) == ([1], [1])
        EmbeddedIndex(folder, MODEL, DIMENSION).rebuild([put(version(2, 12, 100, [chunk(2)]))])
        assert everything(index, 100) == ([2], [2])


class TestCompaction:
    def test_replaced_versions_do_not_make_the_files_grow(self, index: EmbeddedIndex, folder: Path) -> None:
        index.write(put(version(9, 90, 200, [chunk(9_999, "kept words", EAST)])))
        for number in range(8):
            index.write(put(version(1, 11, 100, [chunk(n) for n in range(number, number + 400)])))
        rows = sum(path.stat().st_size for path in folder.glob("generation-1/tables-*/vectors")) // (DIMENSION * 4)
        assert rows <= 2_000
        assert everything(index, 100)[0] == everything(index, 100)[1] == list(range(7, 407))
        assert found(ask(index, readers_of(200), "kept", EAST)) == ([9_999], [9_999])
        assert index.verify([(1, 11, 100), (9, 90, 200)]) == []

    def test_rules_survive_it(self, index: EmbeddedIndex) -> None:
        index.write(put(version(9, 90, 200, [chunk(9_999)]), version(1, 11, 100, [chunk(n) for n in range(1_100)])))
        index.set_rules([(9, 300)])
        index.write(IndexBatch(drop_versions=(11,)))
        index.write(IndexBatch())  # the first write that finds more than half of the rows dead
        assert everything(index, 100, 200) == ([], [])
        assert everything(index, 300) == ([9_999], [9_999])
        index.set_rules([(9, 400)])
        assert everything(index, 400) == ([9_999], [9_999])


class TestFilteredWords:
    """Few allowed documents are filtered by tantivy, many by fetching more: both give the allowed part of all."""

    @pytest.fixture(autouse=True)
    def _long_texts_for_the_first(self, index: EmbeddedIndex) -> None:
        texts = ["words " + " ".join(f"filler{i}" for i in range(n % 37)) for n in range(1, 601)]
        index.rebuild([put(*(version(n, n, n, [chunk(n, text)]) for n, text in enumerate(texts)))])

    @pytest.mark.parametrize("most_unfiltered", [0, 20, 10**6])
    @pytest.mark.parametrize(
        "rules", [[5], [35, 36, 72, 108], range(0, 600, 7), [n for n in range(600) if n % 37 > 30], range(600)]
    )
    def test_it_equals_the_allowed_part_of_all(
        self, index: EmbeddedIndex, monkeypatch: pytest.MonkeyPatch, rules: list[int], most_unfiltered: int
    ) -> None:
        every = ask(index, readers_of(*range(600)), "words", k=1_000).bm25
        assert len(every) == 600
        monkeypatch.setattr(bm25_module, "MOST_UNFILTERED", most_unfiltered)
        for k in (1, 10, 50):
            hits = ask(index, AllowedRules(frozenset(rules)), "words", k=k).bm25
            assert list(hits) == [hit for hit in every if hit.document in set(rules)][:k]


class TestReplacedText:
    def test_it_leaves_the_text_index_with_the_next_batch(self, index: EmbeddedIndex, folder: Path) -> None:
        for number in range(4):
            index.write(put(version(1, 11, 1, [chunk(number), chunk(number + 10)])))
        index.write(IndexBatch())
        text = Index.open(str(folder / "generation-1" / "text"))
        assert text.searcher().num_docs == 2


class TestLanguages:
    def test_a_question_of_unknown_language_takes_the_stemmer_of_most_documents(self, index: EmbeddedIndex) -> None:
        index.write(put(version(1, 11, 1, [chunk(1, "policies")]), version(2, 12, 1, [chunk(2, "Reise")], "xx")))
        assert found(ask(index, readers_of(1), "policy", language=""))[1] == [1]

    def test_a_question_of_100000_characters_uses_its_rarest_words(self, index: EmbeddedIndex) -> None:
        texts = [" ".join(f"common{i}" for i in range(300)), " ".join(f"common{i}" for i in range(300)) + " rare"]
        index.write(put(version(1, 11, 1, [chunk(n, text, NORTH) for n, text in enumerate(texts)])))
        question = " ".join(f"common{i}" for i in range(8_000)) + " rare"
        assert found(ask(index, readers_of(1), question))[1][0] == 1
