from ragportal.knowledge.chunking.tokens import TokenCounter
from tests.factories.embedder import FakeEmbedder

TEXT = "one two  three\nfour"


def test_counts_the_tokens_that_begin_in_a_part():
    counter = TokenCounter(TEXT, FakeEmbedder())
    assert counter.count(0, len(TEXT)) == 4
    assert counter.count(4, 9) == 1
    assert counter.count(4, 10) == 2
    assert counter.count(5, 5) == 0


def test_goes_back_by_tokens():
    counter = TokenCounter(TEXT, FakeEmbedder())
    assert TEXT[counter.back(len(TEXT), 2) :] == "three\nfour"
    assert counter.back(len(TEXT), 9) == 0
