"""The embedded index; `integrations.index.embedded.EmbeddedIndex` is the name settings use."""

from integrations.index.embedded.index import EmbeddedIndex

__all__ = ["EmbeddedIndex"]
