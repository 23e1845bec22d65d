import io

import pytest
from django.core.management import CommandError, call_command

from tests.factories.embedder import MODELS_DIR, real_embedder


def run() -> str:
    output = io.StringIO()
    call_command("fetch_models", stdout=output)
    return output.getvalue()


def test_says_where_the_model_is(settings):
    real_embedder("fast")
    settings.EMBEDDING_MODEL, settings.EMBEDDING_FOLDER, settings.MODELS_DIR = "fast", None, MODELS_DIR
    assert f"is in {MODELS_DIR / 'all-minilm-l6-v2'}" in run()


def test_a_folder_of_your_own_needs_no_fetching(settings, tmp_path):
    settings.EMBEDDING_FOLDER = tmp_path
    assert str(tmp_path) in run()


def test_no_model_is_nothing_to_fetch(settings):
    settings.EMBEDDING_MODEL, settings.EMBEDDING_FOLDER = "", None
    assert "no model to fetch" in run()


def test_a_failure_is_an_error_of_the_command(settings, tmp_path):
    settings.EMBEDDING_MODEL, settings.EMBEDDING_FOLDER, settings.MODELS_DIR = "fast", None, tmp_path
    settings.MODEL_REPOSITORY = "http://127.0.0.1:9/"
    with pytest.raises(CommandError, match="could not be fetched"):
        run()
