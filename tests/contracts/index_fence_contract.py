"""What every index promises of writers that were overtaken; see index_contract."""

import pytest

from integrations.index.base import IndexBackend, IndexBatch, IndexedVersion, IndexFence, IndexFenced
from tests.contracts.index_samples import chunk, everything, put, version


def fenced(number: int, *versions: IndexedVersion, name: str = "source 1") -> IndexBatch:
    """A batch of the worker who has this number."""
    return IndexBatch(put=versions, fences=(IndexFence(name, number),))


class FenceContract:
    """Whoever was overtaken cannot write, whichever way he tries."""

    def test_a_lower_number_is_refused_and_changes_nothing(self, index: IndexBackend) -> None:
        index.write(fenced(2, version(1, 11, 100, [chunk(1)])))
        with pytest.raises(IndexFenced):
            index.write(fenced(1, version(1, 12, 100, [chunk(2)])))
        with pytest.raises(IndexFenced):
            index.set_rules([(1, 200)], (IndexFence("source 1", 1),))
        with pytest.raises(IndexFenced):
            index.rebuild([], (IndexFence("source 1", 1),))
        assert everything(index, 100, 200) == ([1], [1])
        assert everything(index, 200) == ([], [])

    def test_the_same_number_and_a_higher_one_are_taken(self, index: IndexBackend) -> None:
        for number, name in ((2, 11), (2, 12), (5, 13)):
            index.write(fenced(number, version(name, name, 100, [chunk(name)])))
        index.set_rules([(11, 200)], (IndexFence("source 1", 5),))
        assert everything(index, 100) == ([12, 13], [12, 13])

    def test_each_name_counts_by_itself(self, index: IndexBackend) -> None:
        index.set_rules([], (IndexFence("source 1", 7), IndexFence("index", 3)))
        index.write(fenced(1, version(1, 11, 100, [chunk(1)]), name="source 2"))
        with pytest.raises(IndexFenced):
            index.set_rules([], (IndexFence("source 1", 7), IndexFence("index", 2)))
        index.set_rules([], (IndexFence("source 1", 7), IndexFence("index", 3)))

    def test_who_shows_no_fence_is_not_asked(self, index: IndexBackend) -> None:
        index.write(fenced(9, version(1, 11, 100, [chunk(1)])))
        index.write(put(version(2, 12, 100, [chunk(2)])))
        assert everything(index, 100) == ([1, 2], [1, 2])

    def test_a_rebuild_forgets_no_fence(self, index: IndexBackend) -> None:
        index.write(fenced(3, version(1, 11, 100, [chunk(1)])))
        index.rebuild([put(version(1, 11, 100, [chunk(1)]))], (IndexFence("index", 4),))
        for late in (IndexFence("source 1", 2), IndexFence("index", 3)):
            with pytest.raises(IndexFenced):
                index.set_rules([(1, 200)], (late,))
        assert everything(index, 100) == ([1], [1])
