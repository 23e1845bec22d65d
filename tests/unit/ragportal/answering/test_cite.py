"""Quotes and their numbers."""

from dataclasses import replace

from ragportal.answering.cite import cite
from ragportal.answering.units import units_of
from ragportal.knowledge.parsing.document import Place

PAGE = "# Travel\n\n## Hotels\n\nHotels cost 180 EUR. Breakfast is extra.\n\nTaxis are fine."


def units(passages, markdown=PAGE, **options):
    passage = passages.of(markdown, **options)
    return units_of(passage, passages.texts[passage.version_id], 0)


def test_neighbouring_sentences_share_a_quote(passages):
    hotels, breakfast, _ = units(passages)

    sentences, citations = cite([hotels, breakfast], passages.texts)

    assert [sentence.citations for sentence in sentences] == [(1,), (1,)]
    assert [citation.quote for citation in citations] == ["Hotels cost 180 EUR. Breakfast is extra."]


def test_others_have_their_own(passages):
    hotels, _, taxis = units(passages)

    sentences, citations = cite([hotels, taxis], passages.texts)

    assert [sentence.citations for sentence in sentences] == [(1,), (2,)]
    assert [citation.quote for citation in citations] == ["Hotels cost 180 EUR.", "Taxis are fine."]


def test_location_names_headings_but_not_the_title_again(passages):
    (_, (citation,)) = cite(units(passages)[:1], passages.texts)

    assert (citation.title, citation.location) == ("Travel", "Hotels")


def test_location_names_the_page_after_the_headings(passages):
    passage = passages.of(PAGE)
    paged = replace(passage, blocks=tuple(replace(block, place=Place("page", "3")) for block in passage.blocks))

    (_, (citation,)) = cite(units_of(paged, passages.texts[passage.version_id], 0)[:1], passages.texts)

    assert citation.location == "Hotels, page 3"


def test_location_says_when_the_document_is_not_current(passages):
    (_, (citation,)) = cite(units(passages, status="superseded")[:1], passages.texts)

    assert citation.location == "Hotels (superseded)"


def test_equal_offsets_of_two_documents_stay_apart(passages):
    one, other = units(passages)[0], units(passages)[0]
    later = replace(other, start=one.end, end=one.end + 5)

    assert len(cite([one, later], passages.texts)[1]) == 2


def test_code_stays_as_it_is_and_is_cited_by_its_function(passages):
    text = "class Ledger:\n\n    def close(self):\n        return 1"
    passage = passages.of("```\nclass Ledger:\n\n    def close(self):\n        return 1\n```")
    [block] = [block for block in passage.blocks if block.kind == "code"]
    inside = replace(block, start=block.start + text.index("    def"), place=Place("symbol", "Ledger.closeBooks"))
    [unit] = units_of(replace(passage, blocks=(inside,)), passages.texts[passage.version_id], 0)

    ((sentence,), (citation,)) = cite([unit], passages.texts)

    assert (sentence.text, sentence.is_code) == ("def close(self):\n    return 1", True)
    assert citation.location == "Ledger.closeBooks"
    assert "close books" in unit.context
