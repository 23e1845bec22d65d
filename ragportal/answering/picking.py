"""From scored units to the few that are shown: no two that say the same, in an order that reads well."""

from collections.abc import Sequence

from ragportal.answering.scoring import ScoredUnit
from ragportal.answering.source_text import Shape
from ragportal.answering.units import Unit

MOST_UNITS = 3
LEAST_BELIEF = 0.03
"""A unit with a smaller share of the best one's belief is left out: a short answer beats a padded one."""
SAME_WORDS = 0.8
"""Share of common stems (of the shorter one) from which two units say the same."""
LEADS_FROM = 5.0
"""How many times as believed as each other one a unit must be to be said first, before those that precede it."""
_LEANS_BACK = frozenset(
    "it they this these those he she such that its their his her both neither er sie es dies diese il elle ils elles"
    " ceci cela".split()
)


def pick(whole: Sequence[ScoredUnit], parts: Sequence[Sequence[ScoredUnit]]) -> list[ScoredUnit]:
    """At most MOST_UNITS units, the most believed first. `parts`: the same units scored for each part of the question.

    Each part's best unit is taken first. What is not current is taken only if nothing current is.
    """
    chosen: list[ScoredUnit] = []
    for scored in (*(part[:1] for part in parts), _believed(whole)):
        for candidate in scored:
            if len(chosen) < MOST_UNITS and not any(_same(candidate, taken) for taken in chosen):
                chosen.append(candidate)
    current = [candidate for candidate in chosen if candidate.unit.passage.status == "current"]
    return current or chosen


def with_antecedent(
    chosen: list[ScoredUnit], scored: Sequence[ScoredUnit], *, explains: bool = False
) -> list[ScoredUnit]:
    """The best unit's predecessor is added where it leans back on it ("It costs …") and there is room.

    `explains`: what something is, is asked, and what stands before the best tells it as well.
    """
    if not chosen or len(chosen) == MOST_UNITS or not (explains or _leans_back(chosen[0].unit)):
        return chosen
    best = chosen[0].unit
    before = [
        candidate
        for candidate in scored
        if candidate.unit.rank == best.rank
        and candidate.unit.position == best.position - 1
        and candidate.unit.block == best.block
    ]
    return chosen + [candidate for candidate in before if candidate not in chosen]


def in_reading_order(chosen: Sequence[ScoredUnit]) -> list[Unit]:
    """The document of the best unit first; within a document as the text runs.

    What plainly is the answer comes before what stands around it, unless it leans back on that ("It costs …").
    """
    documents = list(dict.fromkeys(candidate.unit.passage.document_id for candidate in chosen))
    leading = _leading(chosen)
    return sorted(
        (candidate.unit for candidate in chosen),
        key=lambda unit: (unit is not leading, documents.index(unit.passage.document_id), unit.start),
    )


def _leading(chosen: Sequence[ScoredUnit]) -> Unit | None:
    if len(chosen) < 2:
        return None
    best, second = sorted(chosen, key=lambda candidate: -candidate.belief)[:2]
    return best.unit if best.belief >= LEADS_FROM * second.belief and not _leans_back(best.unit) else None


def _believed(scored: Sequence[ScoredUnit]) -> list[ScoredUnit]:
    return [candidate for candidate in scored if candidate.belief >= LEAST_BELIEF * scored[0].belief]


def _same(one: ScoredUnit, other: ScoredUnit) -> bool:
    a, b = one.unit, other.unit
    if a.passage.version_id == b.passage.version_id and a.start < b.end and b.start < a.end:
        return True
    shorter = min(len(one.stems), len(other.stems))
    return bool(shorter) and len(one.stems & other.stems) / shorter > SAME_WORDS


def _leans_back(unit: Unit) -> bool:
    first = unit.text.split(maxsplit=1)[:1]
    return unit.shape is Shape.SENTENCE and bool(first) and first[0].strip(",").lower() in _LEANS_BACK
