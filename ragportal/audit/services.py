"""Writing the audit trail. Text that people wrote goes into `payload` and nowhere else: it is in no log and no hash."""

import re
import secrets
from collections.abc import Mapping, Sequence
from typing import Any

from django.db import transaction
from django.utils import timezone

from ragportal.audit.chain import audit_key, canonical, head_seal, is_sealed, payload_digest, record_hash
from ragportal.audit.models import PAYLOAD_ERASED, AuditPayload, AuditRecord, ChainHead
from ragportal.common.errors import NotFound, Unavailable

LEDGER = "ledger"
SALT_BYTES = 16
_ACTION = re.compile(r"[a-z_]+\.[a-z_]+")

Subjects = Mapping[str, int | str | None | Sequence[int] | Sequence[str]]


def record(
    *,
    tenant_id: int,
    action: str,
    actor_id: int | None,
    subjects: Subjects,
    decision: str,
    payload: Mapping[str, Any] | None = None,
) -> int:
    """Append one record to the tenant's chain and return its sequence; committed when this returns.

    `action` reads "thing.happened", e.g. "question.answered". `actor_id`: a membership, None = the operator or
    the product. `subjects`: ids and codes only, e.g. {"documents": [5, 9]}; they cannot be erased. `decision`:
    "allowed", "refused", … `payload`: what may have to be erased later, e.g. {"question": "…"}.

    Call it before the thing it tells of is shown. One short transaction of the ledger, whatever happens around it: a
    record stays even if the caller's own transaction is rolled back. Correct from many threads and processes.
    Raises ValueError for an action of another form, TypeError for what JSON cannot hold; then, as nothing may be shown:
    Unavailable if chain and key do not fit each other, OSError or ImproperlyConfigured if the key cannot be read.
    """
    if not _ACTION.fullmatch(action):
        raise ValueError(f"An action reads like 'question.answered', not {action!r}.")
    key = audit_key()
    with transaction.atomic(using=LEDGER):
        head = _locked_head(tenant_id, key)
        row = AuditRecord(
            tenant_id=tenant_id,
            sequence=head.sequence + 1,
            at=timezone.now(),
            action=action,
            actor_id=actor_id,
            subjects=canonical(subjects),
            decision=decision,
            payload_digest=_store_payload(tenant_id, head.sequence + 1, payload),
            previous_hash=head.hash,
        )
        row.hash = record_hash(row, key)
        row.save(force_insert=True)
        _move_head(head, row, key)
    return row.sequence


def erase_payload(*, tenant_id: int, sequence: int, actor_id: int | None, reason: str) -> int:
    """Erase the words of one record for good, and return the sequence of the record that tells of the erasure.

    The chain stays verifiable: the record keeps the salted digest, the salt is erased with the words. `reason` is a
    code such as "person_erased", never free text. Raises NotFound if the record has no payload (any more).
    """
    with transaction.atomic(using=LEDGER):
        erased, _ = AuditPayload.objects.filter(tenant_id=tenant_id, sequence=sequence).delete()
        if not erased:
            raise NotFound(f"Audit record {sequence} has no payload.", kept="Nothing was erased.")
        return record(
            tenant_id=tenant_id,
            action=PAYLOAD_ERASED,
            actor_id=actor_id,
            subjects={"sequence": sequence, "reason": reason},
            decision="erased",
        )


def _locked_head(tenant_id: int, key: bytes) -> ChainHead:
    """The head, locked until the transaction ends: by its row on PostgreSQL, by the file's write lock on SQLite."""
    unused = ChainHead(tenant_id=tenant_id)
    head, made = ChainHead.objects.select_for_update().get_or_create(
        tenant_id=tenant_id, defaults={"seal": head_seal(unused, key)}
    )
    if made and AuditRecord.objects.filter(tenant_id=tenant_id).exists():
        raise Unavailable(
            "The audit trail of this tenant has lost its head.",
            kept="Nothing was written or shown.",
            todo="Run `manage.py verify_audit` and restore the ledger from a backup.",
        )
    if not is_sealed(head, key):
        raise Unavailable(
            "The audit trail was written with another key, or its head was changed.",
            kept="Nothing was written or shown.",
            todo="Restore the audit key, or run `manage.py verify_audit` and restore the ledger from a backup.",
        )
    return head


def _move_head(head: ChainHead, row: AuditRecord, key: bytes) -> None:
    head.sequence, head.hash = row.sequence, row.hash
    head.seal = head_seal(head, key)
    head.save(update_fields=["sequence", "hash", "seal"])


def _store_payload(tenant_id: int, sequence: int, payload: Mapping[str, Any] | None) -> str:
    """The digest of the payload, which is stored in a row of its own; "" without a payload."""
    if payload is None:
        return ""
    salt, body = secrets.token_hex(SALT_BYTES), canonical(payload)
    AuditPayload.objects.create(tenant_id=tenant_id, sequence=sequence, salt=salt, body=body)
    return payload_digest(salt, body)
