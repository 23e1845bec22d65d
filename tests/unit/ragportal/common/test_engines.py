"""One embedder and one index for all threads of a process."""

import time
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest

from ragportal.common.engines import the_embedder, the_index
from ragportal.common.tenancy import use_tenant
from tests.factories.embedder import FakeEmbedder

THREADS = 4


def open_slowly(**options):
    time.sleep(0.05)  # as long as the others need to ask as well
    return FakeEmbedder()


def open_index_slowly(**options):
    time.sleep(0.05)
    return object()


def test_threads_that_ask_at_once_share_one_embedder_and_one_index(settings, tmp_path):
    settings.EMBEDDER, settings.INDEX_BACKEND = f"{__name__}.open_slowly", f"{__name__}.open_index_slowly"
    settings.MODELS_DIR = tmp_path  # never asked for before
    together = Barrier(THREADS)

    def ask(_):
        together.wait(5)
        with use_tenant(7):
            return the_embedder(), the_index()

    with ThreadPoolExecutor(THREADS) as pool:
        answers = list(pool.map(ask, range(THREADS)))
    assert len({id(embedder) for embedder, _ in answers}) == len({id(index) for _, index in answers}) == 1


def test_each_tenant_has_an_index_of_its_own(settings):
    settings.INDEX_BACKEND = f"{__name__}.open_index_slowly"
    with use_tenant(7):
        first, again = the_index(), the_index()
    with use_tenant(8):
        other = the_index()
    assert first is again is not other


def test_no_index_without_a_tenant(settings):
    with pytest.raises(RuntimeError, match="No tenant is current"):
        the_index()
