"""Where a citation leads."""

from ragportal.answering.results import Answer, Citation, Confidence
from ragportal.portal.citations import cited_sources


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
