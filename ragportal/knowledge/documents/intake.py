"""Taking listed documents in: many at a time, while memory holds a few batches and never a whole source.

listed -> meet -> read, parse, chunk -> (another thread) embed -> read access -> publish
"""

import hashlib
import time
from collections import Counter
from collections.abc import Callable, Sequence
from concurrent.futures import Future
from dataclasses import dataclass, replace

from connectors.base import DocumentAccess, SourceDocument
from integrations.embeddings.base import Embedder
from ragportal.common.rows import tenant_transaction
from ragportal.knowledge.documents.asked_access import AskedAccess, ReadAccess
from ragportal.knowledge.documents.attachments import MARK, forget_failures_within
from ragportal.knowledge.documents.description import KnownText
from ragportal.knowledge.documents.embedding import BackgroundEmbedder, Vectors
from ragportal.knowledge.documents.failures import Failure, attempt_of, record_failures
from ragportal.knowledge.documents.listed import keep_out, meet, settle
from ragportal.knowledge.documents.prepare import (
    PreparedDocument,
    UnchangedDocument,
    prepare,
    prepare_attachments,
    read_content,
)
from ragportal.knowledge.documents.publishing import EmbeddedDocument, publish_documents
from ragportal.knowledge.documents.recipe import current_recipe
from ragportal.knowledge.documents.removal import remove_documents

LISTED_AT_ONCE = 400
LISTED_SECONDS = 1.0
"""A source that names its documents slowly need not wait for a whole batch until the first ones are taken in."""
CHUNKS_AT_ONCE = 384
CHUNKS_FOR_AN_IDLE_EMBEDDER = 32
DOCUMENTS_AT_ONCE = 128


@dataclass(frozen=True, slots=True)
class IntakeSource:
    """What the intake must know of a source. `access`: the connector's, asked after a text was fetched.

    `lose_members()`: lets those out of its groups who left, called before a document is given to a group.
    `may_have_moved(content_hash)`: whether a document of this content waits to be found under another id.
    `retry_failures`: documents that failed for good are tried again although they did not change.
    """

    id: int
    listing: int
    access: ReadAccess
    lose_members: Callable[[], None]
    may_have_moved: Callable[[str], bool]
    retry_failures: bool = False


class Intake:
    """Takes documents in one by one; `finish` at the end, and before anything that must see them published.

    `counts`: added, changed, access_changed, deleted, failed and done (those that need no more work).
    `perhaps_moved`: (content hash, document) left aside until the listing is complete.
    """

    def __init__(self, source: IntakeSource, embedder: Embedder, background: BackgroundEmbedder) -> None:
        self.counts: Counter[str] = Counter()
        self.perhaps_moved: list[tuple[str, SourceDocument]] = []
        self._source = source
        self._access = AskedAccess(source.access)
        self._embedder = embedder
        self._background = background
        self._listed: list[SourceDocument] = []
        self._listed_since = 0.0
        self._prepared: list[PreparedDocument] = []
        self._prepared_chunks = 0
        self._under_way: set[str] = set()
        self._embedding: tuple[list[PreparedDocument], Future[list[Vectors | Failure]]] | None = None

    def take(self, change: SourceDocument) -> None:
        """Take one document in."""
        if MARK in change.id:
            self.fail([Failure(change.id, f"Its id holds {MARK!r}, which is kept for attachments.", permanent=True)])
            return
        if self.is_under_way(change.id):
            self.finish()
        self._under_way.add(change.id)
        if not self._listed:
            self._listed_since = time.monotonic()
        self._listed.append(change)
        if len(self._listed) >= LISTED_AT_ONCE or time.monotonic() - self._listed_since > LISTED_SECONDS:
            self._work_on_listed()

    def take_again(self, change: SourceDocument) -> None:
        """Take a document in that was listed a while ago: who may read it is asked anew."""
        access = self._ask(change.id)
        if access is not None:
            self.take(replace(change, access=access))

    def is_under_way(self, external_id: str) -> bool:
        """Whether this document was taken and is not settled yet."""
        return external_id in self._under_way

    def finish(self) -> None:
        """Bring everything that was taken to its end."""
        self._work_on_listed()
        self._start_embedding()
        self._publish_embedded()
        self._under_way.clear()

    def fail(self, failures: Sequence[Failure]) -> None:
        """Record documents that could not be taken in."""
        if failures:
            with tenant_transaction():
                record_failures(self._source.id, failures)
            self._done("failed", len(failures))

    def _work_on_listed(self) -> None:
        batch, self._listed = self._listed, []
        if not batch:
            return
        batch = [self._access.no_wider(change) for change in batch]
        self._source.lose_members()
        recipe, retry = current_recipe(self._embedder), self._source.retry_failures
        met = meet(self._source.id, self._source.listing, recipe, batch, retry_failures=retry)
        self.counts["access_changed"] += met.access_changed
        self.counts["done"] += met.settled
        self._done("failed", met.failing)
        unchanged: list[SourceDocument] = []
        failures: list[Failure] = []
        for change, known in met.to_read:
            outcome = self._prepare(change, known, is_unknown=change.id in met.unknown)
            if isinstance(outcome, Failure):
                failures.append(replace(outcome, tried=attempt_of(change, recipe)))
            elif isinstance(outcome, UnchangedDocument):
                unchanged.append(change)
            elif outcome is not None:
                failures += self._take_with_attachments(outcome)
        self._settle(unchanged)
        self.fail(failures)
        self._forget_settled()

    def _forget_settled(self) -> None:
        """A document is under way until it needs no more work."""
        embedding = self._embedding[0] if self._embedding else []
        self._under_way = {prepared.change.id for prepared in (*self._prepared, *embedding)}

    def _settle(self, unchanged: Sequence[SourceDocument]) -> None:
        """These were read for nothing: their access may be news, and is asked after the text as for any other."""
        settled: list[SourceDocument] = []
        for change in unchanged:
            access = self._ask(change.id)
            if access is not None:
                settled.append(replace(change, access=access))
        if settled:
            self._source.lose_members()
            settle(self._source.id, self._source.listing, settled)
            self.counts["done"] += len(settled)

    def _prepare(
        self, change: SourceDocument, known: KnownText | None, *, is_unknown: bool
    ) -> PreparedDocument | UnchangedDocument | Failure | None:
        """None: left aside, as it may have moved here."""
        content = read_content(change)
        if isinstance(content, Failure):
            return content
        content_hash = hashlib.sha256(content).hexdigest()
        if is_unknown and self._source.may_have_moved(content_hash):
            self.perhaps_moved.append((content_hash, change))
            return None
        if known is not None and known.pinned == content_hash:
            return UnchangedDocument()
        return prepare(change, known, content, content_hash, self._embedder)

    def _take_with_attachments(self, prepared: PreparedDocument) -> list[Failure]:
        """What came within a document is embedded after it, so that its row is there first."""
        with tenant_transaction():
            forget_failures_within(self._source.id, prepared.change.id)
        container, attached = prepare_attachments(prepared, self._embedder)
        self._embed_soon(container)
        for one in attached:
            if isinstance(one, PreparedDocument):
                self._embed_soon(one)
        return [one for one in attached if isinstance(one, Failure)]

    def _embed_soon(self, prepared: PreparedDocument) -> None:
        self._prepared.append(prepared)
        self._prepared_chunks += len(prepared.texts)
        enough = CHUNKS_FOR_AN_IDLE_EMBEDDER if self._is_idle() else CHUNKS_AT_ONCE
        if self._prepared_chunks >= enough or len(self._prepared) >= DOCUMENTS_AT_ONCE:
            self._start_embedding()

    def _start_embedding(self) -> None:
        """Hand the batch to the embedder, and publish the batch before it while that works."""
        batch, self._prepared, self._prepared_chunks = self._prepared, [], 0
        if not batch:
            return
        future = self._background.start(batch)
        self._publish_embedded()
        self._embedding = (batch, future)

    def _is_idle(self) -> bool:
        return self._embedding is None or self._embedding[1].done()

    def _publish_embedded(self) -> None:
        if self._embedding is None:
            return
        batch, future = self._embedding
        self._embedding = None
        embedded: list[EmbeddedDocument] = []
        for prepared, vectors in zip(batch, future.result(), strict=True):
            if isinstance(vectors, Failure):
                tried = attempt_of(prepared.change, prepared.recipe)
                self.fail([replace(vectors, tried=tried)])
            elif access := self._ask(prepared.change.id):
                embedded.append(EmbeddedDocument(prepared, vectors, access))
        if embedded:
            self._source.lose_members()
            added, changed = publish_documents(self._source.id, self._source.listing, embedded)
            self._done("added", added)
            self._done("changed", changed)

    def _ask(self, external_id: str) -> DocumentAccess | None:
        """Who may read it is asked after its text was fetched, so that no text is shown by an older answer.

        None where there is none: a document that is gone is removed, one whose readers nobody can tell is kept out.
        """
        access = self._access.ask(external_id)
        if isinstance(access, Failure):
            keep_out(self._source.id, external_id)
            self.fail([access])
            return None
        if access is None:
            self._done("deleted", remove_documents(source_id=self._source.id, external_ids=[external_id]))
        return access

    def _done(self, what: str, count: int) -> None:
        self.counts[what] += count
        self.counts["done"] += count
