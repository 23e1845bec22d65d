"""What is a question and what is not."""

import pytest

from ragportal.answering.guard import guard
from ragportal.common.errors import InvalidInput


@pytest.mark.parametrize(
    ("question", "words"),
    [
        ("", "empty"),
        ("  \n\t ", "empty"),
        ("\u200b\ufeff", "empty"),
        ("?!…", "no words"),
        ("where\x00 is it", "control characters"),
        ("where \x1b[31mis it", "control characters"),
        ("where \ud800 is it", "control characters"),
        ("why " * 25_000, "100,000 characters|99,999 characters"),
    ],
)
def test_refused_with_clear_words(question, words):
    with pytest.raises(InvalidInput, match=words):
        guard(question)


@pytest.mark.parametrize(
    ("question", "cleaned"),
    [
        ("  Where\tis\nit? ", "Where is it?"),
        ('foo:bar ("x', 'foo:bar ("x'),
        ("¿Dónde está?", "¿Dónde está?"),
        ("酒店?", "酒店?"),
        ("42", "42"),
    ],
)
def test_any_wording_passes(question, cleaned):
    assert guard(question) == cleaned
