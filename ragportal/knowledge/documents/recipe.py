"""What a version was made with: another recipe makes other text or other chunks of the same bytes.

A recipe reads `<text>-<chunks>`: how bytes became text, and how the text became chunks.
"""

import hashlib

from django.conf import settings

from integrations.embeddings.base import Embedder

TEXT_RECIPE = 2
"""Raise this when parsing gives another result: each document is then taken in anew at its next sync."""
CHUNK_RECIPE = 2
"""Raise this when chunking or the embedded text changes: `manage.py reindex` or the next sync cuts anew."""


def current_recipe(embedder: Embedder) -> str:
    """Names parser, chunker, their settings and the model whose tokens the chunks are counted in."""
    return f"{TEXT_RECIPE}-{_chunk_part(embedder)}"


def recut_recipe(recipe: str, embedder: Embedder) -> str:
    """The recipe of a text made by `recipe` and cut as it is done now; the same where it was cut so already."""
    return f"{recipe.partition('-')[0]}-{_chunk_part(embedder)}"


def _chunk_part(embedder: Embedder) -> str:
    parts = (CHUNK_RECIPE, settings.CHUNK_TOKENS, settings.CHUNK_OVERLAP, embedder.model_id)
    return hashlib.sha256(repr(parts).encode()).hexdigest()[:40]
