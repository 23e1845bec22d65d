"""The first step: is this a question that can be answered at all?"""

import unicodedata

from ragportal.common.errors import InvalidInput
from ragportal.search.enrich import clean_question

_WHITE_SPACE = frozenset("\t\n\r\v\f")


def guard(question: str) -> str:
    """The question on one line, ready to be searched. Any wording passes; nothing in it is syntax.

    Raises InvalidInput where it is empty, without a letter or digit, too long, or holds control characters.
    """
    if any(unicodedata.category(letter) in {"Cc", "Cs"} and letter not in _WHITE_SPACE for letter in question):
        raise InvalidInput(
            "The question holds control characters.",
            kept="Nothing was searched or stored.",
            todo="Type it again instead of pasting it.",
        )
    cleaned = clean_question(question)
    if not any(letter.isalnum() for letter in cleaned):
        raise InvalidInput("The question has no words.", todo="Ask in a few words, for example: how do I book travel?")
    return cleaned
