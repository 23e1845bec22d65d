"""What words tell about a unit: which terms of the question it and its headings hold, whether it says anything."""

import math
import re
from collections import Counter
from collections.abc import Mapping, Sequence, Set
from dataclasses import dataclass

from ragportal.answering.question import Question, Wanted, is_negated
from ragportal.answering.terms import LITTLE_IN_HEADINGS, meaningful_stems, stems
from ragportal.answering.units import Unit

NEW_WORDS = 6
"""Words beyond the question and the headings from which a unit says as much as can be asked of it."""

DEEPEST = 20

_COPULA = re.compile(
    r"(?:is|are|was|were|means?|makes?|stands? for|refers? to|describes?|ist|sind|est|sont|es|son)\b|[–—:(-]",
    re.IGNORECASE,
)
_POINTS_ELSEWHERE = re.compile(
    r"(?:in|on) this (?:page|article|document|section|guide)\b|see (?:also|below|this|the)\b|read (?:below|more|on)\b"
    r"|(?:for )?(?:more|further) (?:details|information|on this)\b|click\b|(?:quick ?)?links?\b|table of contents\b"
    r"|siehe\b|voir\b|véase\b",
    re.IGNORECASE,
)
_ARTICLE = re.compile(r"(?:the|a|an|our|der|die|das|le|la|el|il|o)\s+", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class ReadUnit:
    """A unit as stems, prepared once for all parts of a question.

    `said`: without words of little meaning. `headings`: of the title and each heading, outermost first. `depth`: how
    many levels its document's address has.
    """

    unit: Unit
    order: tuple[str, ...]
    own: frozenset[str]
    said: frozenset[str]
    context: frozenset[str]
    headings: tuple[frozenset[str], ...]
    depth: int


def read(unit: Unit) -> ReadUnit:
    """The unit, ready for comparison."""
    order = tuple(stems(unit.text))
    titles = dict.fromkeys((unit.passage.title, *unit.headings))
    return ReadUnit(
        unit=unit,
        order=order,
        own=frozenset(order),
        said=frozenset(meaningful_stems(unit.text, unit.passage.language)),
        context=frozenset(stems(unit.context)),
        headings=tuple(frozenset(stems(title)) - LITTLE_IN_HEADINGS for title in titles),
        depth=min(unit.passage.url.rstrip("/").count("/"), DEEPEST),
    )


def rarity(question: Question, units: Sequence[ReadUnit]) -> dict[str, float]:
    """Inverse document frequency of each term among the units; a term that none holds weighs most."""
    frequency = Counter(term for one in units for term in one.own.intersection(question.terms))
    count = len(units)
    return {term: math.log(1 + (count - frequency[term] + 0.5) / (frequency[term] + 0.5)) for term in question.terms}


def share(weights: Mapping[str, float], held: Set[str]) -> float:
    """The share of the weights whose terms are held; 0 where there are none."""
    total = sum(weights.values())
    return sum(weight for term, weight in weights.items() if term in held) / total if total else 0.0


def heading_match(one: ReadUnit, question: Question) -> float:
    """0 to 1: how far one of the headings names what is asked, and nothing else.

    The share of its words that the question has, times the root of the share of the question's terms that it and
    those above hold. Rarity has no say: what a question is about is common where it is answered.
    """
    best = 0.0
    above: frozenset[str] = frozenset()
    terms = frozenset(question.terms)
    for words in one.headings:
        above |= words
        if words and terms:
            best = max(best, len(words & question.all_stems) / len(words) * math.sqrt(len(above & terms) / len(terms)))
    return best


def title_match(one: ReadUnit, question: Question) -> float:
    """0 to 1: the share of the title's words that the question has."""
    title = one.headings[0]
    return len(title & question.all_stems) / len(title) if title else 0.0


def newness(one: ReadUnit, question: Question) -> float:
    """0 to 1: how much the unit says beyond the question and its own headings."""
    return min(1.0, len(one.said - one.context - question.all_stems) / NEW_WORDS)


def defines(unit: Unit, question: Question) -> float:
    """1.0 where a definition is wanted and the unit begins with what is asked, then says what it is; else 0.0."""
    if question.wanted is not Wanted.DEFINITION or unit.shape.is_list:
        return 0.0
    text = _ARTICLE.sub("", unit.text.removeprefix("- "), count=1)
    for match in _COPULA.finditer(text[:120]):
        subject = set(stems(text[: match.start()]))
        if subject:
            return float(subject <= set(question.all_stems) and bool(subject & set(question.terms)))
    return 0.0


def agrees_in_negation(unit: Unit, question: Question) -> bool:
    """Whether what is not so is asked for and said."""
    return question.negated and is_negated(unit.text)


def points_elsewhere(unit: Unit) -> bool:
    """Whether a sentence or item only tells where to read on."""
    return not unit.shape.is_list and _POINTS_ELSEWHERE.match(unit.text.removeprefix("- ")) is not None
