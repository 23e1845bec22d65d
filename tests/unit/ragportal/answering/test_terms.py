"""Words as they are compared."""

import pytest

from ragportal.answering.terms import meaningful_stems, stem, stems


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("intercepted", "interceptions"),
        ("policies", "policy"),
        ("travelling", "travelled"),
        ("expense", "expenses"),
        ("hired", "hire"),
        ("kündigungsfrist", "kündigung"),
        ("agency", "agencies"),
    ],
)
def test_forms_of_a_word_meet(one, other):
    assert stem(one) == stem(other)


@pytest.mark.parametrize(("one", "other"), [("source", "sourcegraph"), ("class", "clas"), ("use", "us")])
def test_other_words_do_not(one, other):
    assert stem(one) != stem(other)


@pytest.mark.parametrize(
    ("text", "language", "expected"),
    [
        ("Who pays for the HOTEL’s bar?", "en", ["pay", "hotel", "bar"]),
        ("World war", "en", ["world", "war"]),
        ("Wann war das Fest?", "de", ["fest"]),
        ("Who are you?", "en", ["who", "are", "you"]),
        ("酒店费用", "zh", ["酒店", "店费", "费用"]),
        ("ｆｕｌｌ", "", ["full"]),
        ("!?", "", []),
    ],
)
def test_little_words_are_left_out_unless_nothing_else_is_there(text, language, expected):
    assert meaningful_stems(text, language) == expected


def test_mixed_scripts_are_cut_where_they_meet():
    assert stems("iPhone手机店") == ["iphon", "手机", "机店"]
