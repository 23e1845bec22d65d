"""What a question asks for, read from its words: its terms, its parts, and the shape of a fitting answer.

The cues are closed-class words (when, wann, quand, ...), so that nothing here depends on a subject.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from enum import StrEnum

from ragportal.answering.sentences import split_sentences
from ragportal.answering.terms import meaningful_stems, stems


class Wanted(StrEnum):
    """The shape of what is asked for."""

    ANYTHING = "anything"
    NUMBER = "number"
    DATE = "date"
    NAME = "name"
    REASON = "reason"
    STEPS = "steps"
    LISTING = "listing"
    DEFINITION = "definition"


@dataclass(frozen=True, slots=True)
class Question:
    """A question ready for comparison.

    `parts`: each thing it asks, without the sentences that only tell the situation; empty if that is all of it.
    `negated`: it asks what is not so. `all_stems`: of every word, those of little meaning too.
    """

    text: str
    terms: tuple[str, ...]
    wanted: Wanted
    parts: tuple["Question", ...] = ()
    negated: bool = False
    all_stems: frozenset[str] = frozenset()

    @property
    def term_pairs(self) -> frozenset[tuple[str, str]]:
        """Neighbouring terms: finding them together says more than finding each."""
        return frozenset(zip(self.terms, self.terms[1:], strict=False))


def _cue(spaced: str, unspaced: str) -> re.Pattern[str]:
    """One pattern for `spaced`, alternatives that are whole words, and `unspaced`, found anywhere."""
    return re.compile(rf"\b(?:{spaced})\b|{unspaced}", re.IGNORECASE)


# The first that is found counts: "when" says more than "what are".
_CUES: Mapping[Wanted, re.Pattern[str]] = {
    Wanted.DATE: _cue(
        "when|(?:what|which) (?:year|date|day|month|century|decade|time)|wann|quand|cuándo|quando",
        "什么时候|何时|いつ|متى",
    ),
    Wanted.NUMBER: _cue(
        "how (?:many|much|long|old|far|large|big|tall|high|deep|often|fast|few|wide|heavy)"
        r"|(?:what|which) (?:\w+ )?(?:percentage|percent|number|amount|proportion|price|cost|rate|limit)"
        "|wie ?(?:viele?|lange|oft|hoch|groß|alt|weit)|combien|cuánt[oa]s?|quant[oiae]s?",
        "多少|几[个天年]|いくつ|いくら|كم",
    ),
    Wanted.REASON: _cue(
        "why|how come|what (?:is|are|was|were) the reasons?|warum|wieso|weshalb|pourquoi|por qué|perché",
        "为什么|なぜ|لماذا",
    ),
    Wanted.STEPS: _cue(
        "how (?:do|can|should|would|does|to|must|shall)|what (?:should|must|do|can) (?:i|we|you|one)"
        "|what (?:are the )?steps|wie (?:kann|muss|soll|mache?)|comment|cómo",
        "如何|怎么|كيف",
    ),
    Wanted.LISTING: _cue(
        r"(?:what|which) (?:are|were|\w+ are)|who are|list|name (?:the|all)|welche|quel(?:le)?s|cuáles|quali",
        "哪些",
    ),
    Wanted.NAME: _cue(
        "who(?:m|se)?|where|(?:what|which) (?:city|country|state|person|company|place|town|team)"
        "|wer|wen|wem|wo(?:hin|her)?|qui|où|quién(?:es)?|dónde|chi|dove|quem|onde",
        "谁|哪里|誰|どこ|أين",
    ),
    Wanted.DEFINITION: _cue("what(?: is|'s|’s)|was ist|qu'est|qué es", "是什么|とは|ما هو"),
}
_QUESTION_WORD = r"(?:who|whom|whose|what|which|when|where|why|how|is|are|do|does|did|can|may|must|should)"
_PART_BREAK = re.compile(rf"(?<=[?？؟])\s*(?=\S)|,?\s+\b(?:and|or|und|et|y)\s+(?={_QUESTION_WORD}\b)", re.IGNORECASE)
MOST_PARTS = 3
_NEGATION = _cue(
    r"not|never|no|none|nothing|without|cannot|\w+n['’]t|except|nicht|kein\w*|nie|ohne|ne|pas|jamais|nunca|non|não",
    "不|没|ない",
)


def is_negated(text: str) -> bool:
    """Whether a text says what is not so, in one of the languages whose small words are known here."""
    return _NEGATION.search(text) is not None


def understand(text: str, language: str = "") -> Question:
    """Read a guarded question. `language`: ISO 639-1, "" where unknown."""
    whole = _single(text, language)
    pieces = [piece for piece in _PART_BREAK.split(_asking_part(text, language)) if piece and piece.strip(" ?")]
    parts = tuple(_single(piece, language) for piece in pieces[:MOST_PARTS]) if pieces != [text] else ()
    return replace(whole, parts=parts)


def _asking_part(text: str, language: str) -> str:
    """The sentences that end in a question mark; all of them where none does. The others tell the situation."""
    sentences = [text[start:end] for start, end in split_sentences(text, language)]
    asking = [sentence for sentence in sentences if sentence.rstrip("\"'”»)").endswith(("?", "？", "؟"))]
    return " ".join(asking or sentences)


def _single(text: str, language: str) -> Question:
    wanted = next((wanted for wanted, cue in _CUES.items() if cue.search(text)), Wanted.ANYTHING)
    negated = is_negated(text)
    if negated and wanted is Wanted.STEPS:
        wanted = Wanted.ANYTHING  # what must not be done is no list of steps
    terms = tuple(meaningful_stems(text, language))
    return Question(text, terms, wanted, negated=negated, all_stems=frozenset(stems(text)))
