"""Which lines of a text open a numbered section, as contracts, policies and laws have them.

A number at the beginning of a line proves nothing: agendas, steps, versions, dates and amounts have one too. It counts
where many run through a text in order, either behind a word for it ("§ 5", "Article 12") or as parts of one another
("4.2" within "4").
"""

import re
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

FEWEST = 3
"""Sections with a word, or sub-sections, that a text must have to be taken for a numbered one."""

_FITTING = 0.75
_MOST_STARTS = 20
_LOOK_AHEAD = 100
_KEYWORDS = (
    "section|sec|article|art|clause|rule|artikel|abschnitt|ziffer|klausel|sección|artículo|cláusula|articolo|clausola"
    "|clausule|artigo|artykuł|artikkel|avsnitt|§"
)
_INNER = r"(?P<inner>(?:\([a-z0-9]{1,4}\))*)"
_REST = r"(?:\s*[.:–—-])?(?:\s+(?P<rest>\S.*))?"
_WORDED = re.compile(
    rf"(?P<word>{_KEYWORDS}|§§)\.?\s*(?P<number>\d{{1,4}}(?:\.\d{{1,3}})*)(?P<suffix>[a-z]?){_INNER}(?P<mark>[.:–—-]?){_REST}",
    re.IGNORECASE,
)
_ROMAN_WORDED = re.compile(rf"(?P<word>{_KEYWORDS})\.?\s+(?P<number>[IVXLC]{{1,7}})(?P<mark>[.:–—-]?){_REST}", re.I)
_DEEP = re.compile(rf"(?P<number>\d{{1,3}}(?:\.\d{{1,3}}){{1,4}}){_INNER}\.?\s+(?P<rest>[^\W\d_].*|[\"'“„«‘(*].*)")
_TOP = re.compile(r"(?P<number>\d{1,3})\.?\s+(?P<rest>[^\W\d_].*)")
_LETTER = re.compile(r"(?:\((?P<inner>[a-z]{1,2}|[ivxl]{1,6}|\d{1,2})\)|(?P<open>[a-z]|[ivx]{1,5})\))\s+(?P<rest>\S.*)")
_END = re.compile(
    r"(?:annex|appendix|schedule|exhibit|signatures?|signed|anlage|anhang|unterschrift(?:en)?|annexe|anexo|allegato"
    r"|bijlage|załącznik)\b.{0,80}",
    re.IGNORECASE,
)
_ROMAN: Mapping[str, int] = {"i": 1, "v": 5, "x": 10, "l": 50, "c": 100}

Number = tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Opening:
    """How a line begins. `word`: in front of the number, in lower case; `rest`: what follows the number."""

    kind: Literal["worded", "deep", "top", "letter", "end"]
    number: Number
    label: str
    rest: str
    word: str = ""


def opening_of(line: str) -> Opening | None:
    """The number that a line begins with, if any; not yet whether it counts."""
    if _END.fullmatch(line) and line[-1] not in ".;,":
        return Opening("end", (), "", line)
    if found := _WORDED.fullmatch(line) or _ROMAN_WORDED.fullmatch(line):
        return _worded(found)
    if found := _DEEP.fullmatch(line):
        return Opening("deep", _number(found["number"]), found["number"] + found["inner"], found["rest"])
    if found := _TOP.fullmatch(line):
        return Opening("top", _number(found["number"]), found["number"], found["rest"])
    if found := _LETTER.fullmatch(line):
        letter = found["inner"] or found["open"]
        return Opening("letter", (), letter, found["rest"])
    return None


def begins_section(line: str) -> bool:
    """Whether a line begins like one of a contract, so that it does not go on with the line before it."""
    opening = opening_of(line.strip())
    return opening is not None and opening.kind in ("worded", "deep", "letter")


def sections_of(openings: Sequence[Opening | None]) -> list[str | None]:
    """For each line the label of the section that it opens ("4.2", "4.2(a)"), "" where sections end, or None."""
    accepted = _accepted(openings)
    labels: list[str | None] = []
    section, letters = "", _Letters()
    for place, opening in enumerate(openings):
        label: str | None = None
        if opening is not None and place in accepted:
            label = section = opening.label
            letters = _Letters()
        elif opening is not None and opening.kind == "letter" and section:
            label = section + inner if (inner := letters.take(opening.label)) else None
        elif opening is not None and opening.kind == "end" and section:
            label = section = ""
        labels.append(label)
    return labels


def _worded(found: re.Match[str]) -> Opening | None:
    """None for a sentence about a section: "Section 3 describes …"."""
    rest = found["rest"] or ""
    if rest[:1].islower() and not found["mark"]:
        return None
    number = found["number"]
    is_roman = not number[0].isdigit()
    suffix = "" if is_roman else found["suffix"] + found["inner"]
    numbers = (_roman(number.lower()),) if is_roman else _number(number)
    return Opening("worded", numbers, f"{number}{suffix}", rest, found["word"].lower().removeprefix("§") or "§")


def _number(text: str) -> Number:
    return tuple(int(part) for part in text.split("."))


def _roman(text: str) -> int:
    values = [_ROMAN[letter] for letter in text]
    return sum(
        -value if any(value < later for later in values[place + 1 :]) else value for place, value in enumerate(values)
    )


def _accepted(openings: Sequence[Opening | None]) -> frozenset[int]:
    """Places of the openings that count. Of a table of contents and the text after it, the text counts."""
    first = next((one.number for one in openings if one is not None and one.kind == "worded"), None)
    starts = [place for place, one in enumerate(openings) if one is not None and one.number in ((1,), (1, 1), first)]
    found = (_accepted_from(openings, start) for start in starts[:_MOST_STARTS])
    return max(found, key=len, default=frozenset())


def _accepted_from(openings: Sequence[Opening | None], start: int) -> frozenset[int]:
    told = {place: one for place, one in enumerate(openings) if place >= start and one is not None}
    worded = _worded_chain(told)
    candidates = [place for place, one in told.items() if one.kind == "deep"]
    deep, above = _deep_chain(told, worded) if candidates else (set[int](), set[int]())
    used = {told[place].number[0] for place in deep}
    proven = len(deep) >= FEWEST and len(deep) >= _FITTING * len(candidates) and 2 * len(above) >= len(used)
    return frozenset(worded | deep | above if proven else worded)


def _worded_chain(told: Mapping[int, Opening]) -> set[int]:
    """Sections with the word that is used most, if they run in order."""
    words = Counter(one.word for one in told.values() if one.kind == "worded")
    word = words.most_common(1)[0][0] if words else ""
    numbers = {place: one.number for place, one in told.items() if one.kind == "worded" and one.word == word}
    chain: list[int] = []
    steps = 0
    order = list(numbers.values())
    for position, (place, number) in enumerate(numbers.items(), start=1):
        last = numbers[chain[-1]] if chain else number
        if number == last or follows(last, number):
            chain.append(place)
            steps += 1
        elif number > last and not any(follows(last, later) for later in order[position : position + _LOOK_AHEAD]):
            chain.append(place)  # an amended law has gaps
    fits = len(chain) >= FEWEST and len(chain) >= _FITTING * len(numbers) and steps >= _FITTING * len(chain)
    return set(chain) if fits else set()


def _deep_chain(told: Mapping[int, Opening], worded: set[int]) -> tuple[set[int], set[int]]:
    """Sub-sections that run in order, and the sections above them that the text names."""
    deep: set[int] = set()
    above: set[int] = set()
    last: Number = ()
    for place, opening in told.items():
        if place in worded:
            above.add(place)
            last = opening.number
        elif opening.kind == "deep" and (follows(last, opening.number) or opening.number == last):
            deep.add(place)
            last = opening.number
        elif opening.kind in ("top", "worded") and follows(last[:1], opening.number) and _leads(told, place):
            above.add(place)
            last = opening.number
    return deep, above


def _leads(told: Mapping[int, Opening], place: int) -> bool:
    """Whether sub-sections prove a number without a dot: no other of its value stands before them."""
    own = told[place].number
    for later in (one for other, one in told.items() if other > place):
        if later.kind == "top" and later.number == own:
            return False
        if later.kind == "deep":
            return later.number[0] >= own[0]
    return True


def follows(last: Number, number: Number) -> bool:
    """Whether `number` may come right after `last`: 4.3, 5, 5.1 or 4.2.1 after 4.2; 1 or 1.1 at first."""
    shared = next((at for at, (a, b) in enumerate(zip(last, number, strict=False)) if a != b), len(last))
    if shared == len(last):
        return len(number) > shared and all(part == 1 for part in number[shared:])
    stepped = shared < len(number) and number[shared] == last[shared] + 1
    return stepped and all(part == 1 for part in number[shared + 1 :])


class _Letters:
    """The letters within one section: (a), (b), within them (i), (ii)."""

    def __init__(self) -> None:
        self._open: list[tuple[str, int, str]] = []

    def take(self, letter: str) -> str:
        """The letters from the outermost to this one, each in brackets; "" if it does not come next."""
        for depth in range(len(self._open) - 1, -1, -1):
            kind, value, _ = self._open[depth]
            if (kind, value + 1) in _readings(letter):
                del self._open[depth:]
                self._open.append((kind, value + 1, letter))
                return self._label()
        for kind, value in _readings(letter):
            if value == 1 and kind not in {kind for kind, _, _ in self._open}:
                self._open.append((kind, value, letter))
                return self._label()
        return ""

    def _label(self) -> str:
        return "".join(f"({letter})" for _, _, letter in self._open)


def _readings(letter: str) -> Iterator[tuple[str, int]]:
    """What a letter may count: "i" is the ninth letter, or the first Roman number."""
    if letter.isdigit():
        yield "digit", int(letter)
        return
    if set(letter) <= set(_ROMAN):
        yield "roman", _roman(letter)
    if len(letter) == 1:
        yield "letter", ord(letter) - ord("a") + 1
