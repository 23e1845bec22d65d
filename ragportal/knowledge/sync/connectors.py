"""From a kind of source and its form's values to a connector."""

from typing import Any

from django.conf import settings

from connectors.base import Connector, Field
from ragportal.common.backends import load_backend
from ragportal.common.errors import InvalidInput
from ragportal.knowledge.sync.storable_source import StorableSource


def connector_fields(kind: str) -> tuple[Field, ...]:
    """The form of a kind of source. Raises InvalidInput for an unknown kind, naming the known ones."""
    fields: tuple[Field, ...] = _connector_class(kind).fields
    return fields


def open_connector(kind: str, config: dict[str, str]) -> Connector:
    """The connector of a source. Raises InvalidInput for an unknown kind, SourceError for unusable values."""
    return StorableSource(_connector_class(kind)(config))


def _connector_class(kind: str) -> Any:
    if kind not in settings.CONNECTORS:
        raise InvalidInput(f"There is no kind of source {kind!r}.", todo=f"Kinds: {', '.join(settings.CONNECTORS)}.")
    return load_backend(f"CONNECTORS[{kind!r}]", settings.CONNECTORS[kind])
