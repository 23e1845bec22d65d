"""What happened, kept so that a missing or changed record shows.

Ids are plain numbers without foreign keys: a record outlives the people, documents and tenants it names.
Records are written by `services.record` alone; the database refuses to change or delete one (see append_only.py).
"""

from django.db import models

PAYLOAD_ERASED = "payload.erased"
"""The action of a record that tells of an erasure; its subjects name the `sequence` of the record erased."""


class AuditRecord(models.Model):
    """One link of a tenant's chain. `sequence` counts from 1 without gaps; `hash` covers every other field.

    `subjects` and the payload are canonical JSON as text, because the hash is over these very characters.
    `actor_id` is a membership's id, None = the operator at the command line or the product itself.
    """

    tenant_id = models.BigIntegerField()
    sequence = models.BigIntegerField()
    at = models.DateTimeField()
    action = models.CharField(max_length=60)
    actor_id = models.BigIntegerField(null=True)
    subjects = models.TextField()
    decision = models.CharField(max_length=60)
    payload_digest = models.CharField(max_length=64, blank=True)
    previous_hash = models.CharField(max_length=64, blank=True)
    hash = models.CharField(max_length=64)

    class Meta:
        constraints = (models.UniqueConstraint(fields=["tenant_id", "sequence"], name="audit_sequence_unique"),)

    def __str__(self) -> str:
        return f"record {self.sequence} of tenant {self.tenant_id}: {self.action}"


class AuditPayload(models.Model):
    """The words of a record, such as a question, in a row that can be erased; the chain holds its digest only."""

    tenant_id = models.BigIntegerField()
    sequence = models.BigIntegerField()
    salt = models.CharField(max_length=64)
    body = models.TextField()

    class Meta:
        constraints = (models.UniqueConstraint(fields=["tenant_id", "sequence"], name="audit_payload_unique"),)

    def __str__(self) -> str:
        return f"payload of record {self.sequence} of tenant {self.tenant_id}"


class ChainHead(models.Model):
    """The last link of a tenant's chain: what shows that records were cut off its end.

    `seal` signs the other fields with the audit key, so that nobody without it can move the head back.
    """

    tenant_id = models.BigIntegerField(primary_key=True)
    sequence = models.BigIntegerField(default=0)
    hash = models.CharField(max_length=64, blank=True)
    seal = models.CharField(max_length=64)

    def __str__(self) -> str:
        return f"tenant {self.tenant_id} at record {self.sequence}"
