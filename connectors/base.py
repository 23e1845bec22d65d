"""The port between a source and the product: what every connector yields, in the product's words.

A connector is plain Python: it is built from a configuration, talks to one source, and knows neither
the database nor the index. Everything it says about access is said in principals and reader sets.
"""

import hashlib
import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import datetime
from typing import Literal, Protocol

LONGEST_ID = 1000
"""Characters of a document's id; what is longer is left out as Failed, under a shortened id."""
LONGEST_ID_BYTES = 2500
"""The same in UTF-8: an entry of PostgreSQL's indexes has 2,704 bytes at most."""

PrincipalKind = Literal["user", "group", "audience"]


@dataclass(frozen=True, slots=True)
class SourcePrincipal:
    """A user, group or named audience as one source knows it.

    `key` is the source's immutable id (for files: the e-mail or group name of the manifest). Two
    principals are the same exactly when kind and key are equal. `email` is lower-case, or empty.
    """

    kind: PrincipalKind
    key: str
    name: str = field(default="", compare=False)
    email: str = field(default="", compare=False)


@dataclass(frozen=True, slots=True)
class SourceGroup:
    """A group or audience with its direct members; members may be groups, and groups may form cycles."""

    principal: SourcePrincipal
    members: frozenset[SourcePrincipal]


@dataclass(frozen=True, slots=True)
class ReaderSet:
    """Principals of whom one is enough (OR). An empty one lets nobody in.

    `container` is ("space", "98304") where the source has a container with an immutable id, so that
    a change of its readers changes one row; else None, and the set is named by its principals.
    """

    principals: frozenset[SourcePrincipal]
    container: tuple[str, str] | None = None

    def name(self, source_id: int) -> str:
        """The stable name of this set: `<source>:<kind>:<id>`, or `<source>:hash:<sha256 of principals>`."""
        if self.container is not None:
            kind, vendor_id = self.container
            return f"{source_id}:{kind}:{vendor_id}"
        # JSON, because a key may contain any separator one could think of.
        listing = json.dumps(sorted([principal.kind, principal.key] for principal in self.principals))
        return f"{source_id}:hash:{hashlib.sha256(listing.encode()).hexdigest()}"


@dataclass(frozen=True, slots=True)
class DocumentAccess:
    """Who may read one document: every reader set must contain the asker (AND). No reader set = nobody.

    `classification` and `department` are labels as the source spells them; an unknown classification is treated
    as restricted, an unknown department as every one that a policy is on. "" = the source names none.
    """

    reader_sets: tuple[ReaderSet, ...]
    classification: str = ""
    department: str = ""


DocumentStatus = Literal["current", "archived", "superseded"]


@dataclass(frozen=True, slots=True)
class SourceDocument:
    """A document as listed: everything but its content, which `read` fetches when it is needed.

    `fingerprint` differs whenever the content may differ; equal fingerprints mean nothing to read.
    `access` is what the listing saw; before new text is published, `Connector.access` is asked again.
    """

    id: str
    title: str
    url: str
    media_type: str
    fingerprint: str
    modified_at: datetime
    access: DocumentAccess
    read: Callable[[], bytes] = field(repr=False, compare=False)
    author: str = ""
    status: DocumentStatus = "current"


@dataclass(frozen=True, slots=True)
class Deleted:
    """The source states that this document is gone."""

    id: str


@dataclass(frozen=True, slots=True)
class Failed:
    """One document could not be listed or is left out on purpose; the others go on.

    `permanent` = trying again without a change at the source is useless.
    """

    id: str
    reason: str
    permanent: bool


@dataclass(frozen=True, slots=True)
class SyncCursor:
    """Where a sync stands, as text that only the connector reads. `SyncCursor("")` = from the beginning."""

    position: str


@dataclass(frozen=True, slots=True)
class Checkpoint:
    """Everything before this is delivered; `cursor` resumes behind it.

    `complete_listing` = since the beginning, every document that exists was yielded as a document or
    as Failed, so that what was not named may be taken as absent. Only a listing without any error says so.
    """

    cursor: SyncCursor
    complete_listing: bool


Change = SourceDocument | Deleted | Failed | Checkpoint


class SourceError(Exception):
    """The source could not be used.

    `permanent`: do not retry until an administrator changed something. `retry_after`: seconds the
    source asked to wait, or None. The message says what happened and what to do, without any secret.
    """

    def __init__(self, message: str, *, permanent: bool, retry_after: float | None = None) -> None:
        super().__init__(message)
        self.permanent = permanent
        self.retry_after = retry_after


@dataclass(frozen=True, slots=True)
class Field:
    """One field of a source's form. `required` fields have no default."""

    name: str
    label: str
    help: str
    required: bool = False
    default: str = ""
    choices: tuple[str, ...] = ()


class Connector(Protocol):
    """One source. Built by its class with the form's values, a mapping of field name to text; raises
    SourceError for unusable values, without asking the source."""

    fields: tuple[Field, ...]
    """The form, in its order; an attribute of the class, so that it is known before there is a source."""

    ids_are_paths: bool
    """True where an id changes with a move, so that vanished + appeared with equal content is one."""

    def check(self) -> list[str]:
        """Everything wrong with the configuration or the rights at the source, one sentence each; [] = fine."""
        ...

    def groups(self) -> Iterator[SourceGroup]:
        """Every group and audience with its direct members. Raises SourceError instead of yielding less."""
        ...

    def changes(self, cursor: SyncCursor) -> Iterator[Change]:
        """What happened since `cursor`, ending with a Checkpoint. A failed listing raises SourceError."""
        ...

    def access(self, document_id: str) -> DocumentAccess | None:
        """Who may read the document now, read anew from the source; None = it does not exist (any more).

        Raises SourceError if the permissions cannot be read; the document is then kept out.
        """
        ...
