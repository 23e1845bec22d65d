"""Equations of Office files as a line of text."""

from collections.abc import Mapping

from ragportal.knowledge.parsing.xml import Element, local_name

# What stands before, between and behind the parts of an expression.
_SHAPES: Mapping[str, tuple[tuple[str, ...], tuple[str, str, str]]] = {
    "f": (("num", "den"), ("(", ")/(", ")")),
    "sSup": (("e", "sup"), ("", "^(", ")")),
    "sSub": (("e", "sub"), ("", "_(", ")")),
    "d": (("e",), ("(", ", ", ")")),
    "rad": (("e",), ("√(", "", ")")),
}
_LEFT_OUT = frozenset({"rPr", "ctrlPr", "fPr", "radPr", "naryPr", "dPr", "deg"})


def math_text(element: Element) -> str:
    """`(a)/(b)` for a fraction, `x^(2)` for a power; other structures as their parts, one behind the other."""
    name = local_name(element)
    if name == "t":
        return element.text or ""
    if name in _SHAPES:
        parts, (before, between, behind) = _SHAPES[name]
        texts = [math_text(child) for child in element if local_name(child) in parts]
        return before + between.join(texts) + behind
    if name == "naryPr":
        return next((str(value) for child in element for value in child.attrib.values()), "∫")
    kept = (child for child in element if local_name(child) not in _LEFT_OUT or local_name(child) == "naryPr")
    return "".join(map(math_text, kept))
