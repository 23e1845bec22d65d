"""Numbers of a sheet as their format shows them: amounts, percentages, dates."""

import datetime
import re
from collections.abc import Mapping, Sequence
from functools import lru_cache
from types import MappingProxyType

GENERAL = "General"
_DATE = "yyyy-mm-dd"  # where the format is "the date as this computer writes it"
BUILT_IN: Mapping[int, str] = MappingProxyType(
    {
        1: "0", 2: "0.00", 3: "#,##0", 4: "#,##0.00", 9: "0%", 10: "0.00%", 11: "0.00E+00",
        **dict.fromkeys((14, *range(27, 37), *range(50, 59)), _DATE),
        15: "d-mmm-yy", 16: "d-mmm", 17: "mmm-yy", 18: "h:mm AM/PM", 19: "h:mm:ss AM/PM", 20: "h:mm", 21: "h:mm:ss",
        22: f"{_DATE} h:mm", 37: "#,##0", 38: "#,##0", 39: "#,##0.00", 40: "#,##0.00", 41: "#,##0", 42: "#,##0",
        43: "#,##0.00", 44: "#,##0.00", 45: "mm:ss", 46: "[h]:mm:ss", 47: "mm:ss", 48: "##0.0E+0", 49: "@",
    }
)  # fmt: skip

_TOKEN = re.compile(
    r'"(?P<quoted>[^"]*)"?|\\(?P<escaped>.)|_.|\*.|\[\$(?P<currency>[^\]-]*)[^\]]*\]'
    r"|(?P<elapsed>\[[hms]+\])|\[[^\]]*\]|(?P<noon>AM/PM|A/P)|(?P<general>General)"
    r"|(?P<time>y+|m+|d+|h+|s+(?:\.0+)?)|(?P<digits>[0#?][0#?,.]*(?:E[+-]?[0#?]+)?|\.[0#?]+)|(?P<other>.)",
    re.IGNORECASE | re.DOTALL,
)
_LITERALS = frozenset({"quoted", "escaped", "currency", "other"})
_MONTHS = "January February March April May June July August September October November December".split()
_DAYS = "Monday Tuesday Wednesday Thursday Friday Saturday Sunday".split()
_LATEST = 2_958_466  # the day after 9999-12-31
_DAY = 86_400

Token = tuple[str, str]
"""Kind ("text", "elapsed", "noon", "general", "time", "digits") and what is written."""


def shown(number: float, code: str, *, since_1904: bool = False) -> str:
    """The number as a reader sees it. A code that is not understood shows the plain number."""
    sections = _sections(code)
    section = sections[0]
    if number < 0 and len(sections) > 1 and not _has_condition(code):
        section, number = sections[1], -number
    elif number == 0 and len(sections) > 2 and not _has_condition(code):
        section = sections[2]
    kinds = {kind for kind, _ in section}
    if kinds & {"time", "elapsed"}:
        return _date(number, section, since_1904=since_1904)
    if kinds & {"digits", "general"}:
        return _amount(number, section)
    literal = "".join(text if text != "@" else plain(number) for kind, text in section if kind == "text")
    return literal.strip() or ("" if len(sections) > 1 and section != sections[0] else plain(number))


def plain(number: float) -> str:
    """Without the digits that only binary arithmetic has."""
    if number == int(number) and abs(number) < 1e15:
        return str(int(number))
    return f"{number:.11g}"


@lru_cache(maxsize=500)
def _sections(code: str) -> Sequence[tuple[Token, ...]]:
    sections: list[list[Token]] = [[]]
    for found in _TOKEN.finditer(code):
        if found[0] == ";":
            sections.append([])
            continue
        kind = found.lastgroup or "text"
        written = found[kind] if found.lastgroup else ""
        sections[-1].append(("text" if kind in _LITERALS else kind, written or ""))
    return tuple(map(tuple, sections))


def _has_condition(code: str) -> bool:
    return bool(re.search(r"\[[<>=]", code))


def _amount(number: float, section: Sequence[Token]) -> str:
    pattern = next((text for kind, text in section if kind in {"digits", "general"}), "")
    percents = sum(text.count("%") for kind, text in section if kind == "text")
    is_fraction = any(kind == "text" and text == "/" for kind, text in section)
    value = number * 100**percents
    sign = "-" if value < 0 else ""
    is_plain = is_fraction or pattern.lower() == "general"
    digits = plain(abs(value)) if is_plain else _digits(abs(value), pattern)
    if is_fraction:
        return sign + digits
    first = next(place for place, (kind, _) in enumerate(section) if kind in {"digits", "general"})
    before = "".join(text for kind, text in section[:first] if kind == "text")
    behind = "".join(text for kind, text in section[first + 1 :] if kind == "text")
    return (sign + before + digits + behind).strip()


def _digits(value: float, pattern: str) -> str:
    mantissa, exponent, _ = (
        re.split(r"(E)", pattern.upper(), maxsplit=1) if "E" in pattern.upper() else (pattern, "", "")
    )
    scaled = mantissa.rstrip(",")
    value /= 1000 ** (len(mantissa) - len(scaled))
    whole, _, fraction = scaled.partition(".")
    places = len(re.findall(r"[0#?]", fraction))
    if exponent:
        return f"{value:.{places}E}"
    text = f"{value:,.{places}f}" if "," in whole else f"{value:.{places}f}"
    optional = len(fraction) - len(fraction.rstrip("#?"))
    if optional and "." in text:
        kept = len(text) - min(optional, len(text.rsplit(".", 1)[1]))
        text = (text[:kept] + text[kept:].rstrip("0")).rstrip(".")
    return text.zfill(whole.count("0") + (places + 1 if places else 0)) if "," not in whole and not optional else text


def _date(number: float, section: Sequence[Token], *, since_1904: bool) -> str:
    days = number + (1462 if since_1904 else 0)
    if not 0 <= days < _LATEST:
        return plain(number)
    if days < 60 and not since_1904:
        days += 1  # the 29th of February 1900, which never was
    moment = datetime.datetime(1899, 12, 30) + datetime.timedelta(seconds=round(days * _DAY))  # noqa: DTZ001 - sheets know no zones
    has_noon = any(kind == "noon" for kind, _ in section)
    parts = []
    for place, (kind, text) in enumerate(section):
        if kind == "elapsed":
            parts.append(_elapsed(number, text))
        elif kind == "noon":
            parts.append("AM" if moment.hour < 12 else "PM")
        elif kind == "time":
            parts.append(_part(moment, text.lower(), _is_minute(section, place), has_noon=has_noon))
        elif kind == "text":
            parts.append(text)
    return "".join(parts).strip()


def _part(moment: datetime.datetime, text: str, is_minute: bool, *, has_noon: bool) -> str:  # noqa: FBT001
    letter, length = text[0], len(text.partition(".")[0])
    if letter == "y":
        return f"{moment.year:04}" if length > 2 else f"{moment.year % 100:02}"
    if letter == "m" and not is_minute and length > 2:
        return _MONTHS[moment.month - 1] if length == 4 else _MONTHS[moment.month - 1][: 3 if length == 3 else 1]
    if letter == "d" and length > 2:
        return _DAYS[moment.weekday()] if length > 3 else _DAYS[moment.weekday()][:3]
    hour = (moment.hour + 11) % 12 + 1 if has_noon else moment.hour
    values = {"m": moment.minute if is_minute else moment.month, "d": moment.day, "h": hour, "s": moment.second}
    return f"{values[letter]:0{min(length, 2)}}"


def _is_minute(section: Sequence[Token], place: int) -> bool:
    """An `m` means minutes right after hours and right before seconds."""
    if section[place][1][0].lower() != "m":
        return False
    others = [(kind, text.lower()) for kind, text in section[:place] if kind in {"time", "elapsed"}]
    later = [text.lower() for kind, text in section[place + 1 :] if kind == "time"]
    return bool((others and others[-1][1].strip("[]")[0] == "h") or (later and later[0][0] == "s"))


def _elapsed(number: float, text: str) -> str:
    unit = {"h": 3600, "m": 60, "s": 1}[text[1].lower()]
    return str(int(round(number * _DAY) // unit))
