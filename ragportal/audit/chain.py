"""How records are written down, signed and chained: pure functions of rows and the key.

Each record is signed with HMAC-SHA256 (RFC 2104) under a key that is not in the database, and holds the
hash of the one before it. So whoever can write to the database, but lacks the key, can neither make nor alter a record.
"""

import hashlib
import hmac
import json
from datetime import UTC
from typing import Any

from django.conf import settings

from ragportal.audit.models import AuditPayload, AuditRecord, ChainHead
from ragportal.common.secrets import secret_from_file


def audit_key() -> bytes:
    """The signing key: AUDIT_KEY, or where that is empty the content of AUDIT_KEY_FILE, made at first use.

    Raises OSError or ImproperlyConfigured if the file cannot be used.
    """
    return (settings.AUDIT_KEY or secret_from_file(settings.AUDIT_KEY_FILE)).encode()


def canonical(value: Any) -> str:
    """JSON with one spelling per value: keys sorted, no white space, ASCII only (so any character can be stored).

    Raises TypeError or ValueError for what JSON cannot say.
    """
    return json.dumps(value, sort_keys=True, separators=(",", ":"), ensure_ascii=True, allow_nan=False)


def payload_digest(salt: str, body: str) -> str:
    """SHA-256 of salt and canonical body, as hex. Without the salt, a guessed question cannot be checked against it."""
    return hashlib.sha256(f"{salt}\n{body}".encode()).hexdigest()


def record_hash(record: AuditRecord, key: bytes) -> str:
    """The signature over every field of the record but the hash itself, as hex."""
    return _sign(
        key,
        {
            "kind": "record",
            "tenant": record.tenant_id,
            "sequence": record.sequence,
            "at": record.at.astimezone(UTC).isoformat(timespec="microseconds"),
            "action": record.action,
            "actor": record.actor_id,
            "subjects": record.subjects,
            "decision": record.decision,
            "payload_digest": record.payload_digest,
            "previous_hash": record.previous_hash,
        },
    )


def head_seal(head: ChainHead, key: bytes) -> str:
    """The signature over the head, as hex; of another kind than a record's, so neither passes for the other."""
    return _sign(key, {"kind": "head", "tenant": head.tenant_id, "sequence": head.sequence, "hash": head.hash})


def is_genuine(record: AuditRecord, key: bytes) -> bool:
    """True if the record is as it was written."""
    return hmac.compare_digest(record.hash.encode(), record_hash(record, key).encode())


def is_sealed(head: ChainHead, key: bytes) -> bool:
    """True if the head is as it was written."""
    return hmac.compare_digest(head.seal.encode(), head_seal(head, key).encode())


def matches_digest(payload: AuditPayload, record: AuditRecord) -> bool:
    """True if this is the payload that the record was written with."""
    return payload_digest(payload.salt, payload.body) == record.payload_digest


def _sign(key: bytes, content: dict[str, Any]) -> str:
    return hmac.new(key, canonical(content).encode(), hashlib.sha256).hexdigest()
