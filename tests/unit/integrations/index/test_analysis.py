"""How text becomes terms."""

import pytest

from integrations.index.analysis import LONGEST_WORD, STEMMERS, stem_terms, stem_tokens, word_terms, word_tokens


class TestStemTerms:
    @pytest.mark.parametrize("language", STEMMERS)
    def test_every_listed_stemmer_exists(self, language: str) -> None:
        assert stem_terms("2024", language) == ["2024"]

    @pytest.mark.parametrize(
        ("language", "one", "other"),
        [("en", "policies", "policy"), ("de", "Häuser", "Haus"), ("es", "viajes", "viaje"), ("no", "reiser", "reise")],
    )
    def test_forms_of_a_word_are_one_stem(self, language: str, one: str, other: str) -> None:
        assert stem_terms(one, language) == stem_terms(other, language)

    def test_an_unknown_language_keeps_the_words(self) -> None:
        assert stem_terms("Running policies", "xx") == stem_terms("Running policies", "") == ["running", "policies"]

    def test_words_too_long_to_be_asked_for_are_left_out(self) -> None:
        assert stem_terms("a" * LONGEST_WORD + " b", "en") == ["b"]


class TestWordTerms:
    def test_case_and_accents_are_folded(self) -> None:
        assert word_terms("Zürich ÉTÉ Straße") == ["zurich", "ete", "strasse"]

    def test_composed_and_decomposed_letters_are_equal(self) -> None:
        assert word_terms("re\u0301sume\u0301") == word_terms("résumé") == ["resume"]

    def test_full_width_letters_and_ligatures_are_plain_ones(self) -> None:
        assert word_terms("ＶＰＮ ﬁle") == ["vpn", "file"]

    def test_nothing_but_signs_is_nothing(self) -> None:
        assert word_terms('("\x00 :*\ud800 ^~') == []


class TestUnspacedScripts:
    def test_pairs_of_characters_stand_for_words(self) -> None:
        assert word_terms("東京都の VPN 人") == ["東京", "京都", "都の", "vpn", "人"]

    def test_thai_tone_marks_part_no_word(self) -> None:
        assert word_terms("พักร้อน") == word_terms("พักรอน")


class TestTokens:
    def test_tokens_are_the_terms(self) -> None:
        text = "Die Häuser von Zürich"
        assert [token.text for token in stem_tokens(text, "de").tokens] == stem_terms(text, "de")
        assert [token.text for token in word_tokens(text).tokens] == word_terms(text)
