"""Patterns of a manifest: which paths one of them names."""

import re

_TOKEN = re.compile(r"(?P<star>\*+)|(?P<one>\?)|\[(?P<not>!?)(?P<set>[^\]]+)\]|(?P<plain>.)", re.DOTALL)
_WILDCARD = re.compile(r"[*?\[]|/\Z")


def has_wildcard(pattern: str) -> bool:
    """Whether the pattern may name more than the one path it spells."""
    return bool(_WILDCARD.search(pattern))


def compiled_pattern(pattern: str) -> re.Pattern[str]:
    """The regular expression for one pattern, to be matched against a whole path.

    `?`, `*`, `[a-z]` and `[!a-z]` stay within one name; `**` as a whole name is any number of folders, at
    the end every file below; a `/` at the end means `/**`. Every pattern begins at the folder's root, and
    case counts. Raises ValueError with a reason that continues "the pattern `...` ".
    """
    if "\\" in pattern:
        raise ValueError("has a backslash; folders are separated by `/`")
    names = (pattern + "**" if pattern.endswith("/") else pattern).split("/")
    if any(name in ("", ".", "..") for name in names):
        raise ValueError("must be relative to the folder, without `.`, `..` or empty names")
    if any("**" in name and name != "**" for name in names):
        raise ValueError("has `**` beside other characters; it must stand alone between `/`")
    stretches: list[list[str]] = [[]]
    for name in names:
        if name == "**":
            stretches.append([])
        else:
            stretches[-1].append(_name_expression(name))
    *before, last = stretches
    ending = "/".join(last) or "[^/]+"
    pieces = ["".join(f"{name}/" for name in stretch) for stretch in before]
    try:
        return re.compile(_alternating([*pieces, ending], "(?:[^/]+/)*"))
    except re.error as error:
        raise ValueError(f"has a range that cannot be read: {error}") from error


def _name_expression(name: str) -> str:
    pieces = [""]
    for token in _TOKEN.finditer(name):
        if token["star"]:
            pieces.append("")
        elif token["one"]:
            pieces[-1] += "[^/]"
        elif token["set"]:
            characters = re.sub(r"([\\\[\]^&~|])", r"\\\1", token["set"])
            pieces[-1] += f"(?!/)[{'^' if token['not'] else ''}{characters}]"
        elif token["plain"] == "[":
            raise ValueError("has a `[` that is never closed")
        else:
            pieces[-1] += re.escape(token["plain"])
    return _alternating(pieces, "[^/]*")


def _alternating(pieces: list[str], gap: str) -> str:
    """Pieces with gaps between them. Each inner piece matches at its first place and is not tried again
    (atomic groups), as a later place never helps: so no pattern can take exponential time."""
    if len(pieces) == 1:
        return pieces[0]
    first, *inner, last = pieces
    return first + "".join(f"(?>{gap}?{piece})" for piece in inner) + gap + last
