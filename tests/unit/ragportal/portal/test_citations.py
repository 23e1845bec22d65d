"""Where a citation leads."""

import pytest

from ragportal.answering.results import Answer, AnswerSentence, Citation, Confidence
from ragportal.portal.citations import answer_parts, cited_sources


def citation(number, version, start):
    return Citation(number, 1, version, (1,), "Travel", "", "Meals", "quote", start, start + 5)


def test_each_link_marks_its_own_quote_first_and_then_the_others_of_its_document():
    citations = (citation(1, 7, 0), citation(2, 8, 40), citation(3, 7, 90))
    answer = Answer("q", (), citations, Confidence.THIN, (), {}, 1)
    assert [source.query for source in cited_sources(answer)] == [
        "version=7&mark=0-5&mark=90-95",
        "version=8&mark=40-45",
        "version=7&mark=90-95&mark=0-5",
    ]


@pytest.mark.parametrize(
    ("text", "lead", "items"),
    [
        ("Hotels cost 180 euros.", "Hotels cost 180 euros.", ()),
        ("Bring:\n- a hat\n- a coat", "Bring:", (("•", "a hat"), ("•", "a coat"))),
        ("Bring:\n(a) a hat\n(b) a coat", "Bring:", (("(a)", "a hat"), ("(b)", "a coat"))),
        ("1. Open it.\n2) Close it.", "", (("1.", "Open it."), ("2)", "Close it."))),
        ("Bring:\n- a hat\nand gloves", "Bring:", (("•", "a hat and gloves"),)),
        ("2026 was 3.5 percent better.", "2026 was 3.5 percent better.", ()),
    ],
)
def test_lists_are_shown_as_lists(text, lead, items):
    answer = Answer("q", (AnswerSentence(text, (1,)),), (), Confidence.THIN, (), {}, 1)
    [part] = answer_parts(answer)
    assert (part.lead, part.items, part.citations) == (lead, items, (1,))


def test_code_is_shown_as_it_is():
    code = "def close():\n    return 1"
    [part] = answer_parts(Answer("q", (AnswerSentence(code, (1,), is_code=True),), (), Confidence.THIN, (), {}, 1))
    assert (part.code, part.lead, part.items, part.citations) == (code, "", (), (1,))
