"""What a version was made with: another recipe makes other chunks of the same bytes."""

import hashlib

from django.conf import settings

from integrations.embeddings.base import Embedder

TEXT_RECIPE = 1
"""Raise this when parsing or chunking gives another result: each document is then taken in anew at its next sync."""


def current_recipe(embedder: Embedder) -> str:
    """Names parser, chunker, their settings and the model whose tokens the chunks are counted in."""
    parts = (TEXT_RECIPE, settings.CHUNK_TOKENS, settings.CHUNK_OVERLAP, embedder.model_id)
    return hashlib.sha256(repr(parts).encode()).hexdigest()
