"""Where sentences begin and end, in any language, by rules small enough to read.

Scripts that mark the end with a sign of their own (Chinese, Japanese, Arabic, Hindi, ...) are cut at that sign.
Elsewhere a full stop is looked at twice, as it also ends abbreviations, initials and ordinal numbers.
"""

import re
from collections.abc import Iterator

# A terminator with the quotes, brackets and footnote marks that close behind it.
_CLOSERS = r"[\"'”’»)\]]*(?:\[\d+\])*"
_BOUNDARY = re.compile(
    rf"(?P<plain>[.!?…]+{_CLOSERS})(?=\s|$)"
    rf"|(?P<own>[؟۔।॥]+{_CLOSERS})"
    r"|(?P<wide>[。！？｡]+[」』”’）〉》]*)"
    r"|(?P<paragraph>\n\s*\n)"
)
_LAST_WORD = re.compile(r"[^\s(\[{\"'“‘«]+$")
_NEXT_WORD = re.compile(r"\s*[(\[{\"'“‘«¿¡]*(?P<word>[^\s]+)")
_ACRONYM = re.compile(r"(?:[^\W\d_]\.)+[^\W\d_]?\.?$")
_SHORT_NUMBER = re.compile(r"\d{1,2}$")
_ENUMERATOR = re.compile(r"(?:\d{1,3}|[A-Za-z]|[ivxIVX]{1,4})$")

# A name, number or reference follows these: no sentence ends here.
_BEFORE_A_NAME = frozenset(
    "mr mrs ms mx dr prof st mt ft sen rep gov gen col maj capt cmdr lt sgt cpl rev hon fr messrs mme mlle"
    " vs cf viz approx ca resp incl eg ie al fig figs eq no nos nr art sec ch chap vol pp ed eds ref refs tel ext"
    " bzw vgl sog evtl ggf inkl zzgl abs hr sra dra ud uds núm pág av".split()
)
# These end a sentence only where the next word plainly begins one.
_MAY_END = frozenset(
    "etc inc ltd co corp llc plc bros jr sr esq dept est ave blvd rd jan feb mar apr jun jul aug sept sep oct nov dec"
    " mon tue tues wed thu thur thurs fri sat sun usw uvm min max".split()
)
_STARTERS = frozenset(
    "a an the this that these those it its he she they we you i his her their our your my in on at by for from to of"
    " with as if when while where after before since because although however but and or so there here what who how"
    " why which most some many all each every no not once only please see der die das ein eine es er sie wir und"
    " le la les un une il elle ils el los las una en es".split()
)
# Languages that write ordinal numbers with a full stop: "am 3. Oktober".
_ORDINAL_STOP = frozenset("de da nb nn no fi et hu cs sk sl hr sr pl is lv tr".split())


def split_sentences(text: str, language: str = "") -> list[tuple[int, int]]:
    """Spans [start, end) of the sentences of `text`, in order, without the white space around them.

    Together they hold every character that is not white space. A single line break is white space, an
    empty line ends a sentence. `language`: ISO 639-1, or "" where unknown.
    """
    spans: list[tuple[int, int]] = []
    start = 0
    for end in [*_boundaries(text, language), len(text)]:
        piece = text[start:end]
        stripped = piece.strip()
        if stripped:
            first = start + len(piece) - len(piece.lstrip())
            spans.append((first, first + len(stripped)))
        start = end
    return spans


def _boundaries(text: str, language: str) -> Iterator[int]:
    sentence_start = 0
    for match in _BOUNDARY.finditer(text):
        if match.lastgroup == "plain" and not _ends(text, sentence_start, match, language):
            continue
        sentence_start = match.end()
        yield match.end()


def _ends(text: str, sentence_start: int, match: re.Match[str], language: str) -> bool:
    """Does the terminator at `match` end the sentence that began at `sentence_start`?"""
    following = _NEXT_WORD.match(text, match.end())
    if following is None:
        return True
    word = following["word"]
    if word[0].islower() or not any(letter.isalnum() for letter in word):
        return False
    if match.group()[0] != "." or match.group().startswith(".."):
        return True
    before = _LAST_WORD.search(text, sentence_start, match.start())
    if before is None:
        return True
    alone = not text[sentence_start : before.start()].strip(" \n\t([\"'“‘«")
    return _full_stop_ends(before.group(), word, language, alone=alone)


def _full_stop_ends(before: str, following: str, language: str, *, alone: bool) -> bool:
    """`before`: the word in front of the stop; `alone`: nothing stands before it in its sentence."""
    starter = following.rstrip(".,;:!?'’").lower() in _STARTERS
    plain = before.lower().replace(".", "")
    if alone and _ENUMERATOR.match(before):
        return False
    if plain in _BEFORE_A_NAME:
        return plain == "no" and not following[0].isdigit()
    if _SHORT_NUMBER.match(before) and language in _ORDINAL_STOP:
        return starter
    if plain in _MAY_END or _ACRONYM.match(before) or (len(before) == 1 and before.isalpha()):
        return starter
    return True
