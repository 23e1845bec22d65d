import pytest
from django.core.exceptions import ImproperlyConfigured

from ragportal.common.backends import load_backend
from ragportal.common.errors import ProductError


def test_loads_what_the_path_names():
    assert load_backend("EMBEDDER", "ragportal.common.errors.ProductError") is ProductError


@pytest.mark.parametrize("path", ["nowhere.Thing", "ragportal.common.errors.Nothing", "plain", ""])
def test_a_wrong_path_names_setting_and_path(path):
    with pytest.raises(ImproperlyConfigured, match="EMBEDDER = '" + path):
        load_backend("EMBEDDER", path)
