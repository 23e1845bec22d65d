"""Sources, their documents, versions and chunks: the truth from which the index can be rebuilt."""

import secrets
from typing import Any

from django.db import models
from guardian.models import GroupObjectPermissionBase, UserObjectPermissionBase

from ragportal.access.models import AccessRule
from ragportal.common.rows import TenantRow

EVERY_MINUTES = 15
"""How often a source is synced unless somebody says otherwise."""


def fresh_salt() -> str:
    """Random text for digests that nobody can look up without it."""
    return secrets.token_hex(16)


class Source(TenantRow):
    """A connected place with documents, of a kind that the setting CONNECTORS names.

    `config` holds the form's values, no secret. It is synced `every_minutes` (0 = by hand alone) unless it is paused.
    """

    name = models.CharField(max_length=100)
    kind = models.CharField(max_length=30)
    config: Any = models.JSONField(default=dict)
    created_at = models.DateTimeField(auto_now_add=True)
    cursor = models.TextField(blank=True)
    listing = models.PositiveBigIntegerField(default=0)  # the number of the listing that is under way, or was last
    listing_is_open = models.BooleanField(default=False)  # broken off behind a checkpoint: the next run goes on with it
    listing_began_at = models.DateTimeField(null=True, blank=True)
    every_minutes = models.PositiveIntegerField(default=EVERY_MINUTES)
    next_sync_at = models.DateTimeField(null=True, blank=True)  # None = as soon as somebody looks
    paused_at = models.DateTimeField(null=True, blank=True)
    failed_in_row = models.PositiveIntegerField(default=0)
    erasure_salt = models.CharField(max_length=64, default=fresh_salt, editable=False)

    class Meta(TenantRow.Meta):
        constraints = (models.UniqueConstraint(fields=["tenant", "name"], name="source_name_unique"),)
        permissions = (("manage_source", "Can manage this source"),)

    def __str__(self) -> str:
        return self.name


class SourceUserPermission(UserObjectPermissionBase):
    """django-guardian's row: this person manages this source."""

    content_object = models.ForeignKey(Source, on_delete=models.CASCADE)


class SourceGroupPermission(GroupObjectPermissionBase):
    """django-guardian's row for a group of people."""

    content_object = models.ForeignKey(Source, on_delete=models.CASCADE)


class SyncRun(TenantRow):
    """One sync of a source: what it saw and did.

    `seen` were named by the source, `done` of them need no more work, `expected` is how many it may name (None = nobody
    knows). `stated_deletions`: of the `deleted`, those that the source itself said are gone. `alarm`: what an
    administrator should look at although the run went well.
    """

    class State(models.TextChoices):
        RUNNING = "running", "running"
        DONE = "done", "done"
        HELD = "held", "done, deletions wait for an administrator"
        PAUSED = "paused", "ended early, as the source was paused"
        STOPPED = "stopped", "ended early, as somebody stopped it"
        FAILED = "failed", "failed"

    source = models.ForeignKey(Source, on_delete=models.CASCADE, related_name="runs")
    state = models.CharField(max_length=10, choices=State, default=State.RUNNING)
    started_at = models.DateTimeField(auto_now_add=True)
    noted_at = models.DateTimeField(null=True, blank=True)  # when the counts were written last
    finished_at = models.DateTimeField(null=True, blank=True)
    stop_wanted = models.BooleanField(default=False)
    expected = models.PositiveIntegerField(null=True, blank=True)
    seen = models.PositiveIntegerField(default=0)
    done = models.PositiveIntegerField(default=0)
    added = models.PositiveIntegerField(default=0)
    changed = models.PositiveIntegerField(default=0)
    moved = models.PositiveIntegerField(default=0)
    access_changed = models.PositiveIntegerField(default=0)
    deleted = models.PositiveIntegerField(default=0)
    stated_deletions = models.PositiveIntegerField(default=0)
    held_deletions = models.PositiveIntegerField(default=0)
    failed = models.PositiveIntegerField(default=0)
    error = models.TextField(blank=True)
    alarm = models.TextField(blank=True)

    def __str__(self) -> str:
        return f"{self.source} {self.started_at:%Y-%m-%d %H:%M} {self.state}"


class Document(TenantRow):
    """One document of a source. Found only while not removed, with a current version and under its access rule."""

    class Status(models.TextChoices):
        CURRENT = "current", "current"
        ARCHIVED = "archived", "archived"
        SUPERSEDED = "superseded", "superseded"

    source = models.ForeignKey(Source, on_delete=models.CASCADE, related_name="documents")
    external_id = models.CharField(max_length=1000)
    title = models.CharField(max_length=500)
    listed_title = models.CharField(max_length=500, blank=True)  # the source's; the text may have a better one
    url = models.CharField(max_length=2000, blank=True)
    author = models.CharField(max_length=200, blank=True)
    media_type = models.CharField(max_length=100, blank=True)
    status = models.CharField(max_length=12, choices=Status, default=Status.CURRENT)
    fingerprint = models.CharField(max_length=200, blank=True)
    pinned_content = models.CharField(max_length=64, blank=True)  # hash of what a rollback replaced: not taken in again
    modified_at = models.DateTimeField()
    access_rule = models.ForeignKey(AccessRule, on_delete=models.PROTECT, related_name="documents")
    indexed_rule_id = models.BigIntegerField(null=True, blank=True)  # what the index believes; differs = work to do
    current_version = models.ForeignKey(
        "knowledge.Version", on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    container = models.ForeignKey(  # the document it came within, whose readers are always its own
        "self", on_delete=models.CASCADE, null=True, blank=True, related_name="attached"
    )
    removed_at = models.DateTimeField(null=True, blank=True)
    seen_in_listing = models.PositiveBigIntegerField(default=0)
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta(TenantRow.Meta):
        constraints = (models.UniqueConstraint(fields=["source", "external_id"], name="document_id_unique"),)
        indexes = (models.Index(fields=["tenant", "indexed_rule_id", "access_rule"], name="document_index_work"),)

    def __str__(self) -> str:
        return self.title


class Version(TenantRow):
    """The text of a document at one time. `blocks` is its structure, see parsing.document.

    `content_hash` is of the bytes as read; `recipe` names how text and chunks were made of them.
    """

    class State(models.TextChoices):
        STAGED = "staged", "in the index beside the published one, found by nobody"
        PUBLISHED = "published", "published"
        RETIRED = "retired", "replaced, kept for rollback, to be dropped from the index"
        DROPPED = "dropped", "replaced, kept for rollback, out of the index"

    document = models.ForeignKey(Document, on_delete=models.CASCADE, related_name="versions")
    number = models.PositiveIntegerField()
    state = models.CharField(max_length=10, choices=State, default=State.STAGED)
    content_hash = models.CharField(max_length=64)
    recipe = models.CharField(max_length=64)
    title = models.CharField(max_length=500)
    text = models.TextField()
    blocks: Any = models.JSONField(default=list)
    language = models.CharField(max_length=8, blank=True)
    stated_status = models.CharField(max_length=12, blank=True)  # what the text says of itself, "" = nothing
    stated_date = models.DateField(null=True, blank=True)
    created_at = models.DateTimeField(auto_now_add=True)
    replaced_at = models.DateTimeField(null=True, blank=True)  # since when it serves rollback only

    class Meta(TenantRow.Meta):
        constraints = (models.UniqueConstraint(fields=["document", "number"], name="version_number_unique"),)
        indexes = (
            models.Index(fields=["tenant", "state"], name="version_state"),
            models.Index(fields=["tenant", "content_hash"], name="version_content"),
        )

    def __str__(self) -> str:
        return f"{self.document} v{self.number}"


class Chunk(TenantRow):
    """A piece of a version: characters [start, end) of its text, and the headings it stands under."""

    version = models.ForeignKey(Version, on_delete=models.CASCADE, related_name="chunks")
    ordinal = models.PositiveIntegerField()
    start = models.PositiveIntegerField()
    end = models.PositiveIntegerField()
    heading_path: Any = models.JSONField(default=list)
    text = models.TextField()

    class Meta(TenantRow.Meta):
        constraints = (models.UniqueConstraint(fields=["version", "ordinal"], name="chunk_ordinal_unique"),)

    def __str__(self) -> str:
        return f"{self.version} chunk {self.ordinal}"


class DocumentFailure(TenantRow):
    """A document that could not be taken in: the reason, and whether trying again can help.

    `tried`: a hash of the content's fingerprint and of how it was read; while it stays the same, it is not tried again.
    "" = to be tried at each sync.
    """

    source = models.ForeignKey(Source, on_delete=models.CASCADE, related_name="failures")
    external_id = models.CharField(max_length=1000)
    reason = models.TextField()
    permanent = models.BooleanField()
    tried = models.CharField(max_length=64, blank=True)
    failed_at = models.DateTimeField(auto_now=True)

    class Meta(TenantRow.Meta):
        constraints = (models.UniqueConstraint(fields=["source", "external_id"], name="failure_unique"),)

    def __str__(self) -> str:
        return f"{self.external_id}: {self.reason}"


class DocumentChange(TenantRow):
    """What happened to a document, when and by which run (None = by hand). It outlives the document and the run."""

    class What(models.TextChoices):
        ADDED = "added", "added"
        CHANGED = "changed", "new text"
        ACCESS = "access", "other readers"
        MOVED = "moved", "moved here from another id"
        REMOVED = "removed", "removed"
        RESTORED = "restored", "restored"
        ROLLED_BACK = "rolled back", "rolled back to a former version"
        FAILED = "failed", "could not be taken in"

    source = models.ForeignKey(Source, on_delete=models.CASCADE, related_name="changes")
    document_id = models.BigIntegerField(null=True, blank=True)  # None = it never came so far
    external_id = models.CharField(max_length=1000)
    what = models.CharField(max_length=11, choices=What)
    run_id = models.BigIntegerField(null=True, blank=True)
    at = models.DateTimeField()

    class Meta(TenantRow.Meta):
        indexes = (
            models.Index(fields=["source", "external_id"], name="change_of_document"),
            models.Index(fields=["tenant", "at"], name="change_by_age"),
        )

    def __str__(self) -> str:
        return f"{self.external_id}: {self.get_what_display()}"


class ErasedDocument(TenantRow):
    """A document that must never come back: a salted digest of its id, who erased it and when, and nothing else."""

    source = models.ForeignKey(Source, on_delete=models.CASCADE, related_name="erased_documents")
    digest = models.CharField(max_length=64)
    erased_at = models.DateTimeField(auto_now_add=True)
    erased_by_id = models.BigIntegerField(null=True, blank=True)  # a membership; None = the operator

    class Meta(TenantRow.Meta):
        constraints = (models.UniqueConstraint(fields=["source", "digest"], name="erased_document_unique"),)

    def __str__(self) -> str:
        return f"a document of {self.source}, erased {self.erased_at:%Y-%m-%d}"


class WorkLock(TenantRow):
    """Who is at this work now: `host` and `process` while `lease_until` lasts; process 0 = nobody.

    `fence` rises each time the lock is taken, for ever: whoever holds a lower number was overtaken.
    """

    name = models.CharField(max_length=60)
    host = models.CharField(max_length=255, blank=True)
    process = models.PositiveBigIntegerField(default=0)
    taken_at = models.DateTimeField(null=True, blank=True)
    lease_until = models.DateTimeField(null=True, blank=True)
    fence = models.PositiveBigIntegerField(default=0)

    class Meta(TenantRow.Meta):
        constraints = (models.UniqueConstraint(fields=["tenant", "name"], name="work_lock_unique"),)

    def __str__(self) -> str:
        return f"{self.name} by process {self.process} on {self.host}"
