"""Words as they are compared: folded in case and form, cut to a common beginning, without words that mean little.

Dropping common endings and cutting to a fixed length stands in for a stemmer ("intercepted" meets "interceptions",
"policies" meets "policy") and does no harm in other languages. Scripts without spaces are compared by pairs of
characters.
"""

import re
import unicodedata
from collections.abc import Mapping

STEM_LENGTH = 7
"""Characters kept of a word."""
SHORTEST_STEM = 3

_ENDINGS = ("ing", "ies", "ed", "es", "s")

_WORD = re.compile(r"[^\W_]+(?:['’][^\W_]+)?")
_UNSPACED = re.compile(r"[\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u3040-\u30ff\u3400-\u9fff\uf900-\ufaff]+")
_ENGLISH = frozenset(
    "a an the of in on at by for from to with as and or but is are was were be been being do does did have has had what"
    " who whom whose which when where why how many much that this these those it its he she they we you i me him them"
    " us his her their our your my there here not no can could will would shall should may might must than then so if"
    " into about up down out over under between during after before while also any some all each please tell let get"
    " different various just only very more most other such s t".split()
)
# Words that questions are made of; in languages not listed, rarity alone tells what matters.
_LITTLE_MEANING: Mapping[str, frozenset[str]] = {
    "de": frozenset(
        "der die das den dem des ein eine einen einem einer eines ist sind war waren wird werden wurde wurden hat haben"
        " hatte wer wen wem was wann wo wohin woher warum wie viel viele welche welcher welches und oder aber in im am"
        " an auf aus bei mit nach von vom zu zum zur für über unter er sie es wir ihr ich nicht kein keine auch noch"
        " nur man kann muss soll".split()
    ),
    "fr": frozenset(
        "le la les l un une des du de d et ou est sont était qui que quoi quand où pourquoi comment combien quel quelle"
        " quels quelles dans sur avec pour par au aux ce cette ces il elle ils elles nous vous je ne pas".split()
    ),
    "es": frozenset(
        "el la los las un una unos unas de del al y o es son era qué que quién cuándo dónde cómo cuánto cuánta cuántos"
        " cuántas cuál por para con en se su sus no lo".split()
    ),
    "it": frozenset(
        "il lo la gli i le un uno una di del della dei delle e è sono chi che cosa quando dove perché come quanto"
        " quanti quale nel con per da non".split()
    ),
    "pt": frozenset(
        "o a os as um uma de do da dos das e é são em no na não que quem quando onde como quanto quantos qual por para"
        " com se".split()
    ),
}

LITTLE_IN_HEADINGS = frozenset("a an the of in on at by for to with and or our your my we you i do".split())
"""Words that two headings may differ in and still name the same; not "before" or "after"."""


def words(text: str) -> list[str]:
    """The words of `text`, folded; a run of unspaced script gives its pairs of characters (one alone gives itself)."""
    folded = unicodedata.normalize("NFKC", text).casefold()
    found: list[str] = []
    for match in _WORD.finditer(folded):
        position = match.start()
        for run in _UNSPACED.finditer(folded, match.start(), match.end()):
            found += _plain(folded[position : run.start()])
            found += _pairs(run.group())
            position = run.end()
        found += _plain(folded[position : match.end()])
    return found


def stem(word: str) -> str:
    """What stands for a word in comparisons."""
    for ending in _ENDINGS:
        if word.endswith(ending) and len(word) - len(ending) >= SHORTEST_STEM and not word.endswith("ss"):
            word = word[: -len(ending)]
            break
    if word[-1] in "eiy" and len(word) > SHORTEST_STEM:
        word = word[:-1]
    return word[:STEM_LENGTH]


def stems(text: str) -> list[str]:
    """The words of `text` as they are compared, in order."""
    return [stem(word) for word in words(text)]


def meaningful_stems(text: str, language: str = "") -> list[str]:
    """The same without words of little meaning in `language` (ISO 639-1; "" = unknown, taken as English).

    All of them where nothing else is left ("Who are you?").
    """
    empty = _ENGLISH if language in {"", "en"} else _LITTLE_MEANING.get(language, frozenset())
    kept = [stem(word) for word in words(text) if word not in empty]
    return kept or stems(text)


def _plain(piece: str) -> list[str]:
    return [part for part in re.split(r"['’]", piece) if part]


def _pairs(run: str) -> list[str]:
    return [run[position : position + 2] for position in range(len(run) - 1)] or [run]
