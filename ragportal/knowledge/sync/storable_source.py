"""A connector that says only what every database can keep, whatever its source sends.

PostgreSQL refuses the character NUL, every database refuses halves of characters, and ids and principals stand in
indexes, whose entries have a longest length. One such value would stop the sync of all others, at each run again. In
words for people it is left out. An id or a principal is never changed, as it would then mean another one: its document
is left out, and groups that hold it cannot be read.
"""

import hashlib
import re
from collections.abc import Iterable, Iterator
from dataclasses import replace

from connectors.base import (
    LONGEST_ID,
    LONGEST_ID_BYTES,
    Change,
    Checkpoint,
    Connector,
    Deleted,
    DocumentAccess,
    Failed,
    Field,
    ReaderSet,
    SourceDocument,
    SourceError,
    SourceGroup,
    SourcePrincipal,
    SyncCursor,
)

LONGEST_KEY = 400
LONGEST_CONTAINER = 450

_UNSTORABLE = re.compile("[\x00\ud800-\udfff]")


class StorableSource:
    """Satisfies connectors.base.Connector for any other one."""

    def __init__(self, connector: Connector) -> None:
        self._connector = connector
        self.fields: tuple[Field, ...] = connector.fields
        self.ids_are_paths: bool = connector.ids_are_paths

    def check(self) -> list[str]:
        """As the connector's."""
        return [_without(finding) for finding in self._connector.check()]

    def groups(self) -> Iterator[SourceGroup]:
        """As the connector's. Raises SourceError, too, for a principal that cannot be kept."""
        for group in self._connector.groups():
            if not _are_storable((group.principal, *group.members)):
                raise SourceError("A group or one of its members has an id that cannot be stored.", permanent=True)
            yield SourceGroup(_named(group.principal), frozenset(map(_named, group.members)))

    def changes(self, cursor: SyncCursor) -> Iterator[Change]:
        """As the connector's; a document that cannot be kept is Failed, and its deletion is no news."""
        for change in self._connector.changes(cursor):
            match change:
                case SourceDocument():
                    yield _document(change)
                case Deleted() if not _is_storable_id(change.id):
                    continue
                case Failed():
                    yield replace(change, id=_shown_id(change.id), reason=_without(change.reason))
                case Checkpoint():
                    yield replace(change, cursor=SyncCursor(_without(change.cursor.position)))
                case _:
                    yield change

    def access(self, document_id: str) -> DocumentAccess | None:
        """As the connector's. Raises SourceError, too, for readers that cannot be kept."""
        access = self._connector.access(document_id)
        if access is None:
            return None
        if not _is_storable_access(access):
            raise SourceError("One of its readers has an id that cannot be stored.", permanent=True)
        return _access(access)


def _document(change: SourceDocument) -> SourceDocument | Failed:
    if not _is_storable_id(change.id):
        return Failed(_shown_id(change.id), "Its id cannot be stored: it is too long or not text.", permanent=True)
    if not _is_storable_access(change.access):
        return Failed(change.id, "One of its readers has an id that cannot be stored.", permanent=True)
    return replace(
        change,
        title=_without(change.title),
        url=_without(change.url),
        media_type=_without(change.media_type),
        fingerprint=change.fingerprint.encode("utf-8", "backslashreplace").decode().replace("\0", "\\0"),
        author=_without(change.author),
        access=_access(change.access),
    )


def _access(access: DocumentAccess) -> DocumentAccess:
    sets = tuple(ReaderSet(frozenset(map(_named, one.principals)), one.container) for one in access.reader_sets)
    return DocumentAccess(sets, _without(access.classification), _without(access.department))


def _named(principal: SourcePrincipal) -> SourcePrincipal:
    """Its name for people may be cut; an address that cannot be kept proves nobody's identity."""
    email = principal.email if len(principal.email) <= 320 and not _UNSTORABLE.search(principal.email) else ""
    return replace(principal, name=_without(principal.name)[:400], email=email)


def _is_storable_access(access: DocumentAccess) -> bool:
    return all(
        _are_storable(one.principals)
        and (one.container is None or _is_short_text(":".join(one.container), LONGEST_CONTAINER))
        for one in access.reader_sets
    )


def _are_storable(principals: Iterable[SourcePrincipal]) -> bool:
    return all(_is_short_text(one.key, LONGEST_KEY) for one in principals)


def _is_short_text(text: str, longest: int) -> bool:
    return len(text) <= longest and not _UNSTORABLE.search(text)


def _is_storable_id(external_id: str) -> bool:
    return _is_short_text(external_id, LONGEST_ID) and len(external_id.encode()) <= LONGEST_ID_BYTES


def _shown_id(external_id: str) -> str:
    """The id itself, or its beginning and a hash that tells it from all others."""
    if _is_storable_id(external_id):
        return external_id
    digest = hashlib.sha256(external_id.encode("utf-8", "surrogatepass")).hexdigest()
    return f"{_without(external_id)[:500]}…{digest}"


def _without(text: str) -> str:
    return _UNSTORABLE.sub("", text)
