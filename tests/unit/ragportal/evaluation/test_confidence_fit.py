"""Fitting on invented signs."""

import pytest

from ragportal.evaluation.confidence_fit import Samples, fit, separation
from ragportal.search.confidence import Signs, confidence


def test_what_tells_them_apart_gets_the_weight():
    answerable = tuple(Signs(0.5, 0.3, 0.6 + number / 100) for number in range(40))
    unanswerable = tuple(Signs(0.5, 0.3, 0.2 + number / 100) for number in range(40))

    fitted = fit([Samples(answerable, unanswerable)])

    assert fitted.covered > 1 and abs(fitted.cosine) < 0.1
    assert confidence(answerable[0], fitted) > 0.5 > confidence(unanswerable[0], fitted)


def test_separation():
    perfect = separation([0.8, 0.9], [0.1, 0.2])
    none = separation([0.5, 0.5], [0.5, 0.5])

    assert (perfect.auc, perfect.kept) == (1.0, 1.0)
    assert (none.auc, none.kept) == (0.5, 0.0)
    assert separation([0.3, 0.7], [0.1, 0.5]).auc == pytest.approx(0.75)


def test_halves_are_every_second_question():
    rows = tuple(Signs(number, 0, 0) for number in range(5))

    assert [sign.cosine for sign in Samples(rows, rows).half(1).answerable] == [1, 3]
