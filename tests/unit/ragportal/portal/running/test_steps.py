"""What comes before the first question."""

import io

import pytest
from django.core.management.base import OutputWrapper

from ragportal.common.errors import Unavailable
from ragportal.portal.running.steps import load_model, timed_step


def test_a_step_is_one_line_with_its_seconds():
    out = io.StringIO()
    with timed_step(OutputWrapper(out), "Databases"):
        pass
    assert out.getvalue() == f"  {'Databases':<42}    0 s\n"


def test_a_failed_step_claims_nothing():
    out = io.StringIO()
    with pytest.raises(ZeroDivisionError), timed_step(OutputWrapper(out), "Databases"):
        raise ZeroDivisionError
    assert out.getvalue() == ""


def test_a_missing_model_names_the_command_that_fetches_it(settings, tmp_path):
    settings.EMBEDDER = "integrations.embeddings.onnx.open_embedder"
    settings.MODELS_DIR = tmp_path
    with pytest.raises(Unavailable, match="manage.py fetch_models"):
        load_model()
