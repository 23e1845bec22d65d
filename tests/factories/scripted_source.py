"""A source that a test writes by hand: documents, groups and readers in memory, behind the connector port."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import ClassVar

from connectors.base import (
    Change,
    Checkpoint,
    DocumentAccess,
    Field,
    SourceDocument,
    SourceGroup,
    SyncCursor,
)


@dataclass
class Script:
    """What the source holds at the moment: id -> text and access; groups."""

    texts: dict[str, str] = field(default_factory=dict)
    access: dict[str, DocumentAccess] = field(default_factory=dict)
    groups: list[SourceGroup] = field(default_factory=list)


class ScriptedConnector:
    """Lists the script named by its configuration, completely, each time."""

    scripts: ClassVar[dict[str, Script]] = {}
    fields: ClassVar[tuple[Field, ...]] = (Field("script", "Script", "Which one", required=True),)
    ids_are_paths = False

    def __init__(self, config: Mapping[str, str]) -> None:
        self._script = self.scripts[config["script"]]

    def check(self) -> list[str]:
        return []

    def groups(self) -> Iterator[SourceGroup]:
        yield from self._script.groups

    def changes(self, cursor: SyncCursor) -> Iterator[Change]:
        for id_ in self._script.texts:
            yield self._document(id_)
        yield Checkpoint(SyncCursor(""), complete_listing=True)

    def access(self, document_id: str) -> DocumentAccess | None:
        return self._script.access.get(document_id)

    def _document(self, id_: str) -> SourceDocument:
        text = self._script.texts[id_]
        return SourceDocument(
            id=id_,
            title=f"Document {id_}",
            url=f"https://wiki.example/{id_}",
            media_type="text/plain",
            fingerprint=text,
            modified_at=datetime(2026, 3, 3, tzinfo=UTC),
            access=self._script.access[id_],
            read=text.encode,
        )
