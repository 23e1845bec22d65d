"""From a setting's dotted path to an object."""

from typing import Any

from django.core.exceptions import ImproperlyConfigured
from django.utils.module_loading import import_string


def load_backend(setting: str, path: str) -> Any:
    """The class or function at `path`. Raises ImproperlyConfigured naming the setting and the reason."""
    try:
        return import_string(path)
    except ImportError as error:
        raise ImproperlyConfigured(f"{setting} = {path!r} cannot be imported: {error}") from error
