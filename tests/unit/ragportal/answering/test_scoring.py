"""Which unit is believed in most, and why."""

import pytest

from ragportal.answering.question import understand
from ragportal.answering.scoring import Scorer
from ragportal.answering.units import lists_beyond, units_of
from tests.factories.embedder import FakeEmbedder


class SameForAll(FakeEmbedder):
    """All texts mean the same, so that words alone decide."""

    def _vector(self, text):
        return super()._vector("same")


def best(passages, question, *pages):
    """The text of the best unit of pages that the search likes equally: Markdown, or (Markdown, address)."""
    units = []
    for rank, page in enumerate(pages):
        markdown, url = (page, "") if isinstance(page, str) else page
        passage = passages.of(markdown, url=url)
        units += units_of(passage, passage.text, rank) + lists_beyond(passage, passages.versions[rank + 1], rank)
    embedder = SameForAll()
    return Scorer(units, embedder, embedder.embed_question(question)).scored(understand(question, "en"))[0].unit.text


WARRANTY = "The warranty covers faults of material and of production. The warranty does not cover frost and lightning."
DAYS = "# Plan\n\n## What teams do after the first day\n\nBring a badge.\n\n## Before the first day\n\nSend the form."
VALUES = "# Values\n\n## Care\n\nOur values help us to listen well.\n\n## Speed\n\nWe ship."
DEEP, SHALLOW = "https://w.example/teams/design/brand/a", "https://w.example/a"


@pytest.mark.parametrize(
    ("question", "pages", "expected"),
    [
        ("What does the warranty not cover?", [WARRANTY], "The warranty does not cover frost and lightning."),
        ("What does the warranty cover?", [WARRANTY], "The warranty covers faults of material and of production."),
        ("What to do before the first day?", [DAYS], "Send the form."),
        ("What are the values?", [VALUES], "Values\n- Care: Our values help us to listen well.\n- Speed: We ship."),
        ("How do values help?", [VALUES], "Our values help us to listen well."),
        (
            "Where is the bike shed?",
            [("Bike shed: dock north.", DEEP), ("Bike shed: dock south.", SHALLOW)],
            "Bike shed: dock south.",
        ),
        (
            "What is a harbour pass?",
            ["Order a harbour pass at the gate. A harbour pass is a badge."],
            "A harbour pass is a badge.",
        ),
    ],
)
def test_the_best(passages, question, pages, expected):
    assert best(passages, question, *pages) == expected
