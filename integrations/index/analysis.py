"""From text to index terms: how documents and questions are cut into words and stemmed.

Two term kinds exist. *Stems* follow the rules of one language ("holidays" and "holiday" meet). *Words*
are the plain lower-case words without accents, the same for every language, so that names, numbers and
texts of unknown language meet as well.
"""

import re
import unicodedata
from collections.abc import Mapping

from tantivy import Filter, PreTokenizedString, TextAnalyzer, TextAnalyzerBuilder, Tokenizer

STEMMERS: Mapping[str, str] = {
    "ar": "arabic",
    "da": "danish",
    "de": "german",
    "el": "greek",
    "en": "english",
    "es": "spanish",
    "fi": "finnish",
    "fr": "french",
    "hu": "hungarian",
    "it": "italian",
    "nb": "norwegian",
    "nl": "dutch",
    "nn": "norwegian",
    "no": "norwegian",
    "pt": "portuguese",
    "ro": "romanian",
    "ru": "russian",
    "sv": "swedish",
    "ta": "tamil",
    "tr": "turkish",
}
"""ISO 639-1 code -> tantivy's name of the stemmer. Other languages keep their words as they are."""

LONGEST_WORD = 80  # bytes; longer ones are base64, hashes or noise, and nobody asks for them

_THAI_MARKS = re.compile("[\u0e47-\u0e4e]")  # tone marks are not letters and would split a Thai word in two
_UNSPACED = re.compile(
    "[\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u3005-\u3007\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff\uac00-\ud7af"
    "\U00020000-\U0003fffd]+"
)  # Thai, Lao, Burmese, Khmer, kana, Han, Hangul: scripts in which spaces do not part the words


def stem_terms(text: str, language: str) -> list[str]:
    """The stems of `text` in order, repeated where the text repeats them; plain words without a stemmer."""
    return _stem_analyzer(language).analyze(normalised(text))


def word_terms(text: str) -> list[str]:
    """The words of `text` in order: lower-case, accents folded to ASCII."""
    return _word_analyzer().analyze(normalised(text))


def stem_tokens(text: str, language: str) -> PreTokenizedString:
    """`stem_terms` in the form in which tantivy takes a field."""
    return _stem_analyzer(language).pre_tokenize(normalised(text))


def word_tokens(text: str) -> PreTokenizedString:
    """`word_terms` in the form in which tantivy takes a field."""
    return _word_analyzer().pre_tokenize(normalised(text))


def normalised(text: str) -> str:
    """`text` in Unicode form NFKC, unspaced scripts as overlapping pairs of characters, lone surrogates replaced."""
    clean = text.encode("utf-8", "replace").decode("utf-8")
    composed = _THAI_MARKS.sub("", unicodedata.normalize("NFKC", clean))
    return _UNSPACED.sub(_pairs, composed)


def _pairs(run: re.Match[str]) -> str:
    characters = run.group()
    if len(characters) == 1:
        return f" {characters} "
    return " " + " ".join(characters[i : i + 2] for i in range(len(characters) - 1)) + " "


def _stem_analyzer(language: str) -> TextAnalyzer:
    # A new one each time costs a microsecond; a shared one may not be used by two threads at once.
    builder = _lower_case_words()
    if language in STEMMERS:
        builder = builder.filter(Filter.stemmer(STEMMERS[language]))
    return builder.build()


def _word_analyzer() -> TextAnalyzer:
    return _lower_case_words().filter(Filter.ascii_fold()).build()


def _lower_case_words() -> TextAnalyzerBuilder:
    builder = TextAnalyzerBuilder(Tokenizer.simple())
    return builder.filter(Filter.remove_long(LONGEST_WORD)).filter(Filter.lowercase())
