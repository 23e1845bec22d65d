"""What a question asks for, read from its words: its terms, its parts, and the shape of a fitting answer.

The cues are closed-class words (when, wann, quand, ...), so that nothing here depends on a subject.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

from ragportal.answering.terms import meaningful_stems


class Wanted(StrEnum):
    """The shape of what is asked for."""

    ANYTHING = "anything"
    NUMBER = "number"
    DATE = "date"
    NAME = "name"
    REASON = "reason"
    STEPS = "steps"
    LISTING = "listing"


@dataclass(frozen=True, slots=True)
class Question:
    """A question ready for comparison. `parts` has one entry unless it asks several things at once."""

    text: str
    terms: tuple[str, ...]
    wanted: Wanted
    parts: tuple["Question", ...] = ()

    @property
    def term_pairs(self) -> frozenset[tuple[str, str]]:
        """Neighbouring terms: finding them together says more than finding each."""
        return frozenset(zip(self.terms, self.terms[1:], strict=False))


_CUES: Mapping[Wanted, re.Pattern[str]] = {
    wanted: re.compile(cue, re.IGNORECASE)
    for wanted, cue in (
        (Wanted.DATE, r"\bwhen\b|\b(?:what|which) (?:year|date|day|month|century|decade|time)\b|\bwann\b|\bquand\b|"
                      r"\bcuándo\b|\bquando\b|什么时候|何时|いつ|متى"),
        (Wanted.NUMBER, r"\bhow (?:many|much|long|old|far|large|big|tall|high|deep|often|fast|few|wide|heavy)\b|"
                        r"\b(?:what|which) (?:\w+ )?(?:percentage|percent|number|amount|proportion|price|cost|rate|limit)\b|"
                        r"\bwie ?(?:viele?|lange|oft|hoch|groß|alt|weit)\b|\bcombien\b|\bcuánt[oa]s?\b|\bquant[oiae]s?\b|"
                        r"多少|几[个天年]|いくつ|いくら|كم"),
        (Wanted.REASON, r"\bwhy\b|\bwhat (?:is|are|was|were) the reasons?\b|\bhow come\b|\bwarum\b|\bwieso\b|\bpourquoi\b|"
                        r"\bpor qué\b|\bperché\b|为什么|なぜ|لماذا"),
        (Wanted.STEPS, r"\bhow (?:do|can|should|would|does|to|must|shall)\b|\bwhat (?:should|must|do|can) (?:i|we|you|one)\b|"
                       r"\bwhat (?:are the )?steps\b|\bwie (?:kann|muss|soll|mache?)\b|\bcomment\b|\bcómo\b|如何|怎么|كيف"),
        (Wanted.NAME, r"\bwho(?:m|se)?\b|\bwhere\b|\b(?:what|which) (?:city|country|state|person|company|place|town|team)\b|"
                      r"\bwer\b|\bwen\b|\bwem\b|\bwo(?:hin|her)?\b|\bqui\b|\boù\b|\bquién(?:es)?\b|\bdónde\b|"
                      r"\bchi\b|\bdove\b|\bquem\b|\bonde\b|谁|哪里|誰|どこ|أين"),
        (Wanted.LISTING, r"\b(?:what|which) (?:are|were|\w+ are)\b|\blist\b|\bname (?:the|all)\b|\bwelche\b|\bquel(?:le)?s\b|"
                         r"\bcuáles\b|\bquali\b|哪些"),
    )
}  # the first that is found counts: "when" says more than "what are"
_QUESTION_WORD = r"(?:who|whom|whose|what|which|when|where|why|how|is|are|do|does|did|can|may|must|should)"
_PART_BREAK = re.compile(rf"(?<=[?？؟])\s+(?=\S)|,?\s+\b(?:and|or|und|et|y)\s+(?={_QUESTION_WORD}\b)", re.IGNORECASE)
MOST_PARTS = 3


def understand(text: str) -> Question:
    """Read a guarded question."""
    pieces = [piece for piece in _PART_BREAK.split(text) if piece and piece.strip(" ?")][:MOST_PARTS]
    parts = tuple(_single(piece) for piece in pieces) if len(pieces) > 1 else ()
    whole = _single(text)
    return Question(whole.text, whole.terms, whole.wanted, parts)


def _single(text: str) -> Question:
    wanted = next((wanted for wanted, cue in _CUES.items() if cue.search(text)), Wanted.ANYTHING)
    return Question(text, tuple(meaningful_stems(text)), wanted)
