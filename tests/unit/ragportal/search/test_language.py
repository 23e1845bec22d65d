import pytest

from ragportal.search.language import question_language


@pytest.mark.parametrize(
    ("question", "language"),
    [
        ("How do I request a day of vacation?", "en"),
        ("Wie beantrage ich Urlaub?", "de"),
        ("Comment demander des congés ?", "fr"),
        ("PTO policy", ""),
        ("kubernetes", ""),
        ('foo:bar ("x', ""),
    ],
)
def test_named_where_it_is_clear(question, language):
    assert question_language(question) == language
