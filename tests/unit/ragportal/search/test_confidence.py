"""Confidence from raw scores."""

import pytest

from ragportal.search.confidence import Coefficients, Signs, confidence, signs
from ragportal.search.services import retrieve


def test_each_sign_raises_it():
    base = Signs(cosine=0.6, bm25_lead=0.3, covered=0.5)
    better = (Signs(0.8, 0.3, 0.5), Signs(0.6, 0.6, 0.5), Signs(0.6, 0.3, 0.9))

    assert all(confidence(one) > confidence(base) for one in better)


@pytest.mark.parametrize("found", [Signs(1, 1, 1), Signs(0.1, 0, 0), Signs(-1, 0, 0)])
def test_it_is_a_probability(found):
    assert 0 <= confidence(found) <= 1
    assert 0 <= confidence(found, Coefficients(-1e9, 1e9, 1e9, 1e9)) <= 1


def test_nothing_found_is_no_confidence():
    assert confidence(signs("anything", (), ())) == 0.0


def test_a_question_that_is_answered_is_above_one_that_is_not(library):
    library.add("Bicycles", "The bicycles are kept behind the harbour office.")
    library.add("Lunch", "Lunch is served at noon in the canteen.")

    answered = retrieve("Where are the bicycles kept?", library.scope()).confidence
    missed = retrieve("Which dentist accepts company insurance?", library.scope()).confidence

    assert answered > 0.5 > missed
