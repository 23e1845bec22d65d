import pytest

from ragportal.knowledge.parsing.language import detect_language


@pytest.mark.parametrize(
    ("text", "language"),
    [
        ("The invoice must be paid within thirty days.", "en"),
        ("Wie viele Urlaubstage habe ich?", "de"),
        ("Les congés sont de trente jours.", "fr"),
        ("休暇は何日ですか", "ja"),
    ],
)
def test_a_sentence_is_enough(text, language):
    assert detect_language(text) == language


@pytest.mark.parametrize("text", ["", "VPN", "Expenses", "Q3 OKR", "Kim Lee, +49 170 1234567", "1 2 3", "\U0001f600"])
def test_too_little_is_unsure(text):
    assert detect_language(text) == ""
