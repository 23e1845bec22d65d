"""What a question becomes before it is searched."""

import pytest

from ragportal.common.errors import InvalidInput
from ragportal.search.enrich import LONGEST_QUESTION, MOST_ADDITIONS, clean_question, glossary, with_acronyms
from ragportal.tenants.models import GlossaryTerm

TERMS = [("IT", "information technology"), ("PTO", "paid time off")]


@pytest.mark.parametrize(
    ("typed", "cleaned"),
    [
        ("  how \t do\nI  ask ", "how do I ask"),
        ("cafe\u0301", "café"),
        ("zero\u200bwidth \u202eturned", "zerowidth turned"),
        ("bell\x07bell\x00", "bell bell"),
        ("lone \ud800 surrogate", "lone surrogate"),
        ('foo:bar ("x', 'foo:bar ("x'),
        ("休暇", "休暇"),
    ],
)
def test_cleaning(typed, cleaned):
    assert clean_question(typed) == cleaned


@pytest.mark.parametrize("typed", ["", " \n\t", "\x00\x07", "\u200b\u202e", "\ud800"])
def test_nothing_visible_is_empty(typed):
    with pytest.raises(InvalidInput, match="empty"):
        clean_question(typed)


def test_a_pasted_book_is_refused_with_its_length():
    with pytest.raises(InvalidInput, match="100,000 characters"):
        clean_question("x" * 100_000)


def test_the_longest_question_passes():
    assert len(clean_question("x" * LONGEST_QUESTION)) == LONGEST_QUESTION


@pytest.mark.parametrize(
    ("question", "enriched"),
    [
        ("How much PTO?", "How much PTO? paid time off"),
        ("how much pto?", "how much pto? paid time off"),
        ("Paid time off in May", "Paid time off in May PTO"),
        ("PTO, paid time off", "PTO, paid time off"),
        ("is it open", "is it open"),
        ("who runs IT", "who runs IT information technology"),
        ("PTOs and adPTO", "PTOs and adPTO"),
    ],
)
def test_acronyms(question, enriched):
    assert with_acronyms(question, TERMS) == enriched


def test_a_list_of_acronyms_adds_only_a_few():
    terms = [(f"AB{number}", f"expansion{number}") for number in range(20)]

    assert with_acronyms(" ".join(acronym for acronym, _ in terms), terms).count("expansion") == MOST_ADDITIONS


def test_the_glossary_is_the_tenants(tenant):
    GlossaryTerm.objects.create(acronym="PTO", expansion="paid time off")

    assert glossary() == [("PTO", "paid time off")]
