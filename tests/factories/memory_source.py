"""A source whose content lives in the test: what it holds, what it says, and when it breaks."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime

from connectors.base import (
    Change,
    Checkpoint,
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

LONG_AGO = datetime(2026, 1, 1, tzinfo=UTC)


def person(email: str) -> SourcePrincipal:
    """A user as the source names it."""
    return SourcePrincipal("user", email, email=email)


def readers(*emails: str, classification: str = "") -> DocumentAccess:
    """Each of these people may read it, and nobody else."""
    return DocumentAccess((ReaderSet(frozenset(map(person, emails))),), classification=classification)


@dataclass
class Item:
    """One document at the source. `access` may be an error, which reading the permissions then raises."""

    text: str
    access: DocumentAccess | SourceError
    listed_access: DocumentAccess | None = None
    fingerprint: str = ""
    title: str = ""
    status: str = "current"
    unreadable: SourceError | None = None


@dataclass
class MemorySource:
    """`items` by id. `refused` are listed as Failed; `deleted` are stated deletions; `breaks_after` documents the
    listing raises; `complete` False: the listing does not claim to name everything."""

    items: dict[str, Item] = field(default_factory=dict)
    groups: list[SourceGroup] = field(default_factory=list)
    refused: dict[str, str] = field(default_factory=dict)
    deleted: list[str] = field(default_factory=list)
    hidden: set[str] = field(default_factory=set)
    breaks_after: int | None = None
    groups_break: bool = False
    complete: bool = True
    checkpoint_every: int | None = None
    cursors: list[str] = field(default_factory=list)
    before_listing: Callable[[], None] | None = None
    before_access: Callable[[str], None] | None = None
    reads: int = 0

    def put(self, name: str, text: str, access: DocumentAccess | SourceError, **more: object) -> None:
        """Add or replace a document; its fingerprint follows from its text unless given."""
        self.items[name] = Item(text, access, **{"fingerprint": f"print of {text}", **more})


SOURCES: dict[str, MemorySource] = {}
"""By name; the fixture that makes one takes it away again."""


class MemoryConnector:
    """Satisfies connectors.base.Connector for a MemorySource."""

    fields = (
        Field("name", "Name", "Which memory source.", required=True),
        Field("readers", "Readers", "Who reads.", choices=("", "members")),
    )
    ids_are_paths = True

    def __init__(self, config: Mapping[str, str]) -> None:
        if config["name"] not in SOURCES:
            raise SourceError(f"There is no memory source {config['name']}.", permanent=True)
        self._source = SOURCES[config["name"]]

    def check(self) -> list[str]:
        return ["The groups cannot be read."] if self._source.groups_break else []

    def groups(self) -> Iterator[SourceGroup]:
        yield from self._source.groups
        if self._source.groups_break:
            raise SourceError("The groups cannot be read.", permanent=False)

    def changes(self, cursor: SyncCursor) -> Iterator[Change]:
        source = self._source
        source.cursors.append(cursor.position)
        if source.before_listing is not None:
            source.before_listing()
        yield from (Deleted(name) for name in source.deleted)
        yield from (Failed(name, reason, permanent=True) for name, reason in source.refused.items())
        named = [name for name in source.items if name not in source.refused and name not in source.hidden]
        start = int(cursor.position or 0) if source.checkpoint_every else 0
        for count, name in enumerate(named[start:], start=start + 1):
            if source.breaks_after is not None and count > source.breaks_after:
                raise SourceError("The source broke off.", permanent=False, retry_after=1)
            yield self._listed(name)
            if source.checkpoint_every and count % source.checkpoint_every == 0 and count < len(named):
                yield Checkpoint(SyncCursor(str(count)), complete_listing=False)
        yield Checkpoint(SyncCursor(""), source.complete)

    def access(self, document_id: str) -> DocumentAccess | None:
        if self._source.before_access is not None:
            self._source.before_access(document_id)
        item = self._source.items.get(document_id)
        if item is None:
            return None
        if isinstance(item.access, SourceError):
            raise item.access
        return item.access

    def _listed(self, name: str) -> SourceDocument:
        item = self._source.items[name]
        access = item.listed_access or item.access
        return SourceDocument(
            id=name,
            title=item.title or name,
            url=f"https://source.example/{name}",
            media_type="text/plain",
            fingerprint=item.fingerprint,
            modified_at=LONG_AGO,
            access=DocumentAccess(()) if isinstance(access, SourceError) else access,
            read=lambda: self._read(name),
            status=item.status,
        )

    def _read(self, name: str) -> bytes:
        item = self._source.items[name]
        self._source.reads += 1
        if item.unreadable is not None:
            raise item.unreadable
        return item.text.encode()
