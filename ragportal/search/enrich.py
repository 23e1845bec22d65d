"""From what a person typed to what is searched: cleaned text, and the company's acronyms spelled out."""

import re
import unicodedata
from collections.abc import Iterable

from ragportal.common.errors import InvalidInput
from ragportal.tenants.models import GlossaryTerm

LONGEST_QUESTION = 10_000
"""Characters. A model sees about 2,000 of them; beyond this it is a document that was pasted, and cutting it
silently would answer another question than the one asked."""

MOST_ADDITIONS = 5
"""Glossary entries added to one question, so that a list of acronyms does not drown the question itself."""

# Acronyms that are everyday words in lower case: "it", "us" and "who" mean the acronym only in capitals.
_EVERYDAY = frozenset(
    "a all am an and any are as at be but by can do for go had has he her his how i if in is it its may me my no "
    "not of off on or our out she so the to too up us was we who why you".split()
)
_SPACE = re.compile(r"\s+")


def clean_question(question: str) -> str:
    """NFC, one line, single spaces, without control and invisible characters.

    Raises InvalidInput where nothing is left, or more than LONGEST_QUESTION characters.
    """
    visible = "".join(" " if unicodedata.category(letter) == "Cc" else letter for letter in question)
    visible = "".join(letter for letter in visible if unicodedata.category(letter) not in {"Cf", "Cs", "Co", "Cn"})
    clean = _SPACE.sub(" ", unicodedata.normalize("NFC", visible)).strip()
    if not clean:
        raise InvalidInput("The question is empty.", todo="Ask in a few words, for example: how do I book travel?")
    if len(clean) > LONGEST_QUESTION:
        raise InvalidInput(
            f"The question has {len(clean):,} characters; at most {LONGEST_QUESTION:,} can be searched.",
            kept="Nothing was searched or stored.",
            todo="Shorten it to what you want to know.",
        )
    return clean


def glossary() -> list[tuple[str, str]]:
    """The current tenant's (acronym, expansion) pairs, in a stable order."""
    return list(GlossaryTerm.objects.order_by("acronym").values_list("acronym", "expansion"))


def with_acronyms(question: str, terms: Iterable[tuple[str, str]]) -> str:
    """The question followed by what its acronyms stand for, or by the acronyms of what it spells out."""
    additions: list[str] = []
    for acronym, expansion in terms:
        spelled_out = _contains(question, expansion, any_case=True)
        abbreviated = _contains(question, acronym, any_case=acronym.lower() not in _EVERYDAY)
        if abbreviated != spelled_out:
            additions.append(expansion if abbreviated else acronym)
    return " ".join([question, *additions[:MOST_ADDITIONS]])


def _contains(question: str, term: str, *, any_case: bool) -> bool:
    flags = re.IGNORECASE if any_case else re.NOFLAG
    return bool(term.strip()) and re.search(rf"(?<!\w){re.escape(term.strip())}(?!\w)", question, flags) is not None
