"""Does a text hold what is asked for: a number, a date, a name, a reason? Cues only, the reader decides."""

import re

from ragportal.answering.question import Wanted
from ragportal.answering.terms import stem, words

_NUMBER = re.compile(
    r"\d|½|¼|¾|[零一二三四五六七八九十百千万]"
    r"|\b(?:one|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve|dozens?|hundreds?|thousands?"
    r"|millions?|billions?|half|twice|once|zwei|drei|vier|fünf|sechs|sieben|acht|neun|zehn|deux|trois|quatre|cinq|dix"
    r"|dos|tres|cuatro|cinco|diez)\b",
    re.IGNORECASE,
)
_DATE = re.compile(
    r"\b\d{3,4}s?\b|\b\d{1,2}[./:-]\d{1,2}\b|\b(?:jan|feb|mar|apr|may|mai|jun|jul|aug|sep|oct|okt|nov|dec|dez)[a-z]*\b"
    r"|\b(?:mon|tues|wednes|thurs|fri|satur|sun)days?\b|\bcentur|\bdecade|\b(?:dai|week|month|quarter|annual|year)ly\b"
    r"|\b(?:days?|weeks?|months?|years?|hours?)\b|[年月日]",
    re.IGNORECASE,
)
_REASON = re.compile(
    r"\b(?:because|since|due to|owing to|so that|in order to|as a result|therefore|reasons?|caused?|leads? to"
    r"|to (?:avoid|ensure|keep|make|prevent|protect)|weil|damit|denn|parce|afin|porque|perché)\b|因为|所以",
    re.IGNORECASE,
)
_UNKNOWN = 0.5


def fits(text: str, wanted: Wanted, asked: frozenset[str]) -> float:
    """1.0 where `text` holds the wanted shape, 0.0 where it does not, 0.5 where cues cannot tell.

    `asked`: the stems of the question, as a name that the question itself gives is no answer to "who?".
    """
    if wanted is Wanted.NUMBER:
        return float(_NUMBER.search(text) is not None)
    if wanted is Wanted.DATE:
        return float(_DATE.search(text) is not None)
    if wanted is Wanted.REASON:
        return float(_REASON.search(text) is not None)
    if wanted is Wanted.NAME:
        return _new_name(text, asked)
    return _UNKNOWN


def _new_name(text: str, asked: frozenset[str]) -> float:
    """A capitalised word that the question does not contain, other than the first of the text."""
    written = re.findall(r"[^\W\d_]+", text)
    if not any(letter.isupper() for letter in text) and not text.isascii():
        return _UNKNOWN  # a script without capitals
    return float(any(word[0].isupper() and not asked.issuperset(map(stem, words(word))) for word in written[1:]))
