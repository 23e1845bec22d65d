"""Counting the tokens of any part of a text, which is tokenised once."""

from bisect import bisect_left

from integrations.embeddings.base import Embedder


class TokenCounter:
    """Tokens of one text by character position."""

    def __init__(self, text: str, embedder: Embedder) -> None:
        self._starts = [start for start, _ in embedder.token_offsets(text)]

    def count(self, start: int, end: int) -> int:
        """Tokens that begin in [start, end). The part alone has as many, if it is cut at white space."""
        return bisect_left(self._starts, end) - bisect_left(self._starts, start)

    def back(self, end: int, tokens: int) -> int:
        """The start of the token that lies `tokens` before `end`."""
        place = bisect_left(self._starts, end) - tokens
        return self._starts[place] if place >= 0 else 0
