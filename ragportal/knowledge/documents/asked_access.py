"""Who may read: what the source answers when it is asked, and what a listing said before."""

from collections.abc import Callable
from dataclasses import replace

from connectors.base import DocumentAccess, ReaderSet, SourceDocument, SourceError, SourcePrincipal
from ragportal.knowledge.documents.attachments import container_of
from ragportal.knowledge.documents.failures import Failure

ReadAccess = Callable[[str], DocumentAccess | None]
"""Who may read the document of this id now; as `Connector.access`."""


class AskedAccess:
    """Asks a source during one run, and holds the listing, which is older, to the answers about its containers."""

    def __init__(self, read_access: ReadAccess) -> None:
        self._read_access = read_access
        self._containers: dict[tuple[str, str], frozenset[SourcePrincipal]] = {}

    def ask(self, external_id: str) -> DocumentAccess | Failure | None:
        """Who may read it now, None where it is gone, or why that could not be told.

        Of an attachment, who may read the document it came within.
        """
        try:
            access = self._read_access(container_of(external_id))
        except SourceError as error:
            return Failure(external_id, f"Who may read it could not be told: {error}", error.permanent)
        for readers in access.reader_sets if access else ():
            if readers.container is not None:
                self._containers[readers.container] = readers.principals
        return access

    def no_wider(self, change: SourceDocument) -> SourceDocument:
        """The document as listed, but no container in its access with anyone whom a later answer left out."""
        access = change.access
        sets = tuple(self._held(readers) for readers in access.reader_sets)
        return change if sets == access.reader_sets else replace(change, access=replace(access, reader_sets=sets))

    def _held(self, readers: ReaderSet) -> ReaderSet:
        if readers.container is None:
            return readers
        asked = self._containers.get(readers.container, readers.principals)
        return replace(readers, principals=readers.principals & asked)
