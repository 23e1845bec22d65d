"""Our measures against those everybody uses."""

import random

import ir_measures
import pytest
from ir_measures import RR, R, nDCG

from ragportal.evaluation.metrics import ndcg, quality, recall, reciprocal_rank


def a_run(seed: int) -> tuple[dict[str, list[str]], dict[str, dict[str, int]]]:
    """Twenty queries with graded judgements; some rankings short, one empty, one missing."""
    chance = random.Random(seed)
    documents = [f"d{number}" for number in range(300)]
    judgements = {
        f"q{number}": {document: chance.randint(0, 3) for document in chance.sample(documents, 12)}
        for number in range(20)
    }
    judgements = {query: grades for query, grades in judgements.items() if any(grades.values())}
    rankings = {query: chance.sample(documents, chance.choice([3, 50, 150])) for query in judgements}
    rankings["q0"] = []
    del rankings["q1"]
    return rankings, judgements


@pytest.mark.parametrize("seed", range(5))
def test_equal_to_ir_measures(seed):
    rankings, judgements = a_run(seed)
    qrels = [ir_measures.Qrel(q, d, grade) for q, grades in judgements.items() for d, grade in grades.items()]
    run = [
        ir_measures.ScoredDoc(query, document, -place)
        for query, ranking in rankings.items()
        for place, document in enumerate(ranking)
    ]

    theirs = ir_measures.calc_aggregate([nDCG @ 10, R @ 10, R @ 100, RR @ 10], qrels, run)

    ours = quality(rankings, judgements)
    assert ours.ndcg_at_10 == pytest.approx(theirs[nDCG @ 10])
    assert ours.recall_at_10 == pytest.approx(theirs[R @ 10])
    assert ours.recall_at_100 == pytest.approx(theirs[R @ 100])
    assert ours.mrr_at_10 == pytest.approx(theirs[RR @ 10])


def test_names_and_rounding():
    assert quality({"q": ["a", "b"]}, {"q": {"b": 1}}).as_json() == {
        "ndcg@10": 0.6309,
        "recall@10": 1.0,
        "recall@100": 1.0,
        "mrr@10": 0.5,
    }


def test_nothing_relevant_is_no_division():
    assert (ndcg(["a"], {"a": 0}, 10), recall(["a"], {}, 10), reciprocal_rank([], {"a": 1}, 10)) == (0.0, 0.0, 0.0)
    assert quality({}, {}).ndcg_at_10 == 0.0
