"""The index and the embedder that the settings name, opened once a process.

Opening is quick: weights and index files are read at their first use.
"""

from functools import lru_cache
from pathlib import Path
from threading import Lock
from typing import Any

from django.conf import settings

from integrations.embeddings.base import Embedder
from integrations.index.base import IndexBackend
from ragportal.common.backends import load_backend
from ragportal.common.tenancy import current_tenant_id

# `lru_cache` alone lets two threads that ask first at the same time open two, and each would load its own weights.
_OPENING = Lock()


def the_embedder() -> Embedder:
    """The embedder of the settings, the same object at each call. Raises ModelMissing, ImproperlyConfigured."""
    with _OPENING:
        return _embedder(
            settings.EMBEDDER,
            settings.EMBEDDING_MODEL,
            settings.MODELS_DIR,
            settings.EMBEDDING_FOLDER,
            settings.EMBEDDING_THREADS,
        )


def the_index() -> IndexBackend:
    """The current tenant's index for the model of the settings, the same object at each call.

    Raises NoCurrentTenant, and what `the_embedder` raises, as an index belongs to one model.
    """
    embedder = the_embedder()
    folder = Path(settings.INDEX_DIR) / str(current_tenant_id())
    with _OPENING:
        return _index(settings.INDEX_BACKEND, folder, embedder.model_id, embedder.dimension)


@lru_cache(maxsize=8)
def _embedder(path: str, model: str, models_dir: Path, folder: Path | None, threads: int) -> Embedder:
    open_embedder: Any = load_backend("EMBEDDER", path)
    embedder: Embedder = open_embedder(model=model, models_dir=models_dir, folder=folder, threads=threads)
    return embedder


@lru_cache(maxsize=256)
def _index(path: str, folder: Path, model_id: str, dimension: int) -> IndexBackend:
    backend: Any = load_backend("INDEX_BACKEND", path)
    index: IndexBackend = backend(folder=folder, model_id=model_id, dimension=dimension)
    return index
