"""How good a ranking is: the measures of TREC and BEIR, equal to those of ir-measures (a test compares them)."""

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

Rankings = Mapping[str, Sequence[str]]
"""Document ids by query, best first, each once."""
Judgements = Mapping[str, Mapping[str, int]]
"""Grade by query and document; above 0 = relevant."""


@dataclass(frozen=True, slots=True)
class Quality:
    """Means over all judged queries; a query without a ranking counts as 0."""

    ndcg_at_10: float
    recall_at_10: float
    recall_at_100: float
    mrr_at_10: float

    def as_json(self) -> dict[str, float]:
        """The measures under their usual names, rounded to four places."""
        named = {
            "ndcg@10": self.ndcg_at_10,
            "recall@10": self.recall_at_10,
            "recall@100": self.recall_at_100,
            "mrr@10": self.mrr_at_10,
        }
        return {name: round(value, 4) for name, value in named.items()}


def quality(rankings: Rankings, judgements: Judgements) -> Quality:
    """Measure the rankings of all queries that are judged."""
    pairs = [(rankings.get(query, ()), grades) for query, grades in judgements.items()]
    return Quality(
        ndcg_at_10=_mean(ndcg(ranking, grades, 10) for ranking, grades in pairs),
        recall_at_10=_mean(recall(ranking, grades, 10) for ranking, grades in pairs),
        recall_at_100=_mean(recall(ranking, grades, 100) for ranking, grades in pairs),
        mrr_at_10=_mean(reciprocal_rank(ranking, grades, 10) for ranking, grades in pairs),
    )


def ndcg(ranking: Sequence[str], grades: Mapping[str, int], depth: int) -> float:
    """Normalised discounted cumulative gain with linear gain, as trec_eval computes it; 0 if nothing is relevant."""
    ideal = _gain(sorted((grade for grade in grades.values() if grade > 0), reverse=True)[:depth])
    return _gain(max(0, grades.get(document, 0)) for document in ranking[:depth]) / ideal if ideal else 0.0


def recall(ranking: Sequence[str], grades: Mapping[str, int], depth: int) -> float:
    """The share of relevant documents among the first `depth`."""
    relevant = {document for document, grade in grades.items() if grade > 0}
    return len(relevant.intersection(ranking[:depth])) / len(relevant) if relevant else 0.0


def reciprocal_rank(ranking: Sequence[str], grades: Mapping[str, int], depth: int) -> float:
    """1 / place of the first relevant document; 0 if none is among the first `depth`."""
    places = (place for place, document in enumerate(ranking[:depth], start=1) if grades.get(document, 0) > 0)
    return 1 / next(places, math.inf)


def _gain(grades: Iterable[int]) -> float:
    return sum(grade / math.log2(place + 1) for place, grade in enumerate(grades, start=1))


def _mean(values: Iterable[float]) -> float:
    listed = list(values)
    return sum(listed) / len(listed) if listed else 0.0
