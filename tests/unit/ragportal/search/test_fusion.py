"""Two rankings become one."""

import pytest

from integrations.index.base import Candidates, Hit
from ragportal.search.fusion import DENSE_WEIGHT, UNCOVERED_DENSE_WEIGHT, dense_weight, fuse


def hits(*scores: tuple[int, float]) -> tuple[Hit, ...]:
    return tuple(Hit(chunk, chunk * 10, score) for chunk, score in scores)


def test_scores_are_stretched_and_weighed():
    fused = fuse(Candidates(dense=hits((1, 0.9), (2, 0.7), (3, 0.5)), bm25=hits((2, 20.0), (3, 10.0))), 0.6)

    assert [(hit.chunk, round(hit.score(0.6), 3)) for hit in fused] == [(2, 0.7), (1, 0.6), (3, 0.2)]
    assert (fused[0].document, fused[0].cosine, fused[0].bm25) == (20, 0.7, 20.0)


def test_the_second_of_two_keeps_what_it_deserves():
    first, second = fuse(Candidates(dense=(), bm25=hits((1, 10.0), (2, 9.0))), 0.6)

    assert (first.words, second.words) == (1.0, 0.9)


def test_a_hit_of_one_part_has_nothing_from_the_other():
    (hit,) = fuse(Candidates(dense=(), bm25=hits((4, 3.0))), 0.6)

    assert (hit.dense, hit.words, hit.cosine, hit.bm25) == (0.0, 1.0, 0.0, 3.0)


def test_ties_go_by_chunk():
    fused = fuse(Candidates(dense=hits((9, 0.5), (2, 0.5), (5, 0.5)), bm25=()), 0.6)

    assert [hit.chunk for hit in fused] == [2, 5, 9]


def test_nothing_found():
    assert fuse(Candidates((), ()), 0.6) == []


@pytest.mark.parametrize(
    ("covered", "languages", "weight"),
    [
        ({"en"}, ("en", "en"), DENSE_WEIGHT),
        ({"en"}, ("", ""), DENSE_WEIGHT),
        ({"en"}, ("de", "en"), UNCOVERED_DENSE_WEIGHT),
        ({"en"}, ("en", "de"), UNCOVERED_DENSE_WEIGHT),
        (set(), ("de", "ja"), DENSE_WEIGHT),
    ],
)
def test_weight_by_language(covered, languages, weight):
    assert dense_weight(frozenset(covered), *languages) == weight
