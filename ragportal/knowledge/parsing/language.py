"""Which language a text is written in."""

from functools import cache

from py3langid.langid import MODEL_FILE, LanguageIdentifier

_SAMPLE = 4000
# py3langid's confidence is calibrated: at 0.5, "El plazo es de treinta días." is sure and "parental leave" is not.
_SURE = 0.5


def detect_language(text: str) -> str:
    """The ISO 639-1 code, or "" where the text is too short or too mixed to be sure.

    The first call loads the model (about a second, 75 MB).
    """
    language, confidence = _identifier().classify(text[:_SAMPLE])
    return language if confidence >= _SURE and len(language) == 2 else ""


@cache
def _identifier() -> LanguageIdentifier:
    return LanguageIdentifier.from_model_file(MODEL_FILE, norm_probs=True)
