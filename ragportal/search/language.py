"""Which language a question is in."""

from ragportal.knowledge.parsing.language import detect_language

PLAUSIBLE = frozenset("ar cs da de el en es fi fr hu it ja ko nb nl nn no pl pt ro ru sv ta tr uk zh".split())
"""What companies write in. A short question that looks like another language is more likely one of these, unsure."""


def question_language(text: str) -> str:
    """The ISO 639-1 code, or "" where the text is too short or mixed to tell; the same model judges documents."""
    language = detect_language(text)
    return language if language in PLAUSIBLE else ""
