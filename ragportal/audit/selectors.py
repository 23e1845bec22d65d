"""Proving that an audit trail is whole."""

import json
from collections.abc import Iterator

from django.db.models import Max

from ragportal.audit.chain import audit_key, is_genuine, is_sealed, matches_digest
from ragportal.audit.models import PAYLOAD_ERASED, AuditPayload, AuditRecord, ChainHead

BATCH = 1000


def audited_tenants() -> set[int]:
    """Ids of all tenants that have left a trace in the ledger, those included that exist no more."""
    tables = (ChainHead, AuditRecord, AuditPayload)
    return {
        tenant for table in tables for tenant in table._default_manager.values_list("tenant_id", flat=True).distinct()
    }


def chain_end(tenant_id: int) -> tuple[int, str]:
    """(sequence, hash) of the last record: noted elsewhere, it shows later that the ledger was not put back in time.

    (0, "") without a chain.
    """
    head = ChainHead.objects.filter(tenant_id=tenant_id).first()
    return (head.sequence, head.hash) if head else (0, "")


def verify_chain(tenant_id: int) -> list[str]:
    """Everything that does not fit in the tenant's chain, a sentence each; [] = whole and unchanged.

    Finds records that were changed, inserted, reordered, or removed at any place, the end included, a lost or changed
    head, and payloads that were changed, removed without a record of the erasure, or brought back after it.
    Records may be written meanwhile; the next run looks at those. It cannot see a ledger that was put back as a whole
    to an earlier state: for that, compare `chain_end` with one noted elsewhere.
    Raises OSError or ImproperlyConfigured if the key cannot be read.
    """
    key = audit_key()
    head = ChainHead.objects.filter(tenant_id=tenant_id).first()
    if head is None:
        return ["The head of the chain is missing."]
    problems = [] if is_sealed(head, key) else ["The head of the chain was changed, or written with another key."]
    problems += _check_records(head, key)
    problems += _check_end(head)
    problems += _check_payloads(head, key)
    return problems


def _check_records(head: ChainHead, key: bytes) -> Iterator[str]:
    """Walk the chain from its first record to the head's."""
    expected, previous_hash = 1, ""
    records = AuditRecord.objects.filter(tenant_id=head.tenant_id, sequence__lte=head.sequence)
    for record in records.order_by("sequence", "id").iterator(chunk_size=BATCH):
        if not is_genuine(record, key):
            yield f"Record {record.sequence} was changed or forged, or written with another key."
        if record.sequence > expected:
            yield _missing(expected, record.sequence - 1)
        elif record.sequence < expected:
            yield f"Record {record.sequence} was inserted."
        elif record.previous_hash != previous_hash:
            yield f"Record {record.sequence} does not follow the record before it."
        expected, previous_hash = record.sequence + 1, record.hash
    if expected <= head.sequence:
        yield _missing(expected, head.sequence)
    elif previous_hash != head.hash:
        yield f"Record {expected - 1} is not the one that the head names."


def _check_end(head: ChainHead) -> Iterator[str]:
    """Nothing lies outside the chain, but for what was written since its head was read."""
    rows = {"tenant_id": head.tenant_id}
    highest = {
        "record": AuditRecord.objects.filter(**rows).aggregate(last=Max("sequence"))["last"] or 0,
        "payload": AuditPayload.objects.filter(**rows).aggregate(last=Max("sequence"))["last"] or 0,
    }
    now = ChainHead.objects.filter(**rows).first()
    for kind, last in highest.items():
        if now is None or last > now.sequence:
            yield f"There is a {kind} {last}, behind the head."


def _check_payloads(head: ChainHead, key: bytes) -> Iterator[str]:
    """Each record with a digest has its payload, unless its erasure is on record; no payload lacks its record."""
    erased_before, missing = _erased_sequences(head.tenant_id, key), []
    for start in range(1, head.sequence + 1, BATCH):
        span = {"tenant_id": head.tenant_id, "sequence__range": (start, min(start + BATCH - 1, head.sequence))}
        payloads = {payload.sequence: payload for payload in AuditPayload.objects.filter(**span)}
        for record in AuditRecord.objects.filter(**span).order_by("sequence"):
            payload = payloads.pop(record.sequence, None)
            if payload is None:
                missing += [record.sequence] if record.payload_digest else []
            elif not matches_digest(payload, record):
                yield f"The payload of record {record.sequence} was changed."
            elif record.sequence in erased_before:
                yield f"The payload of record {record.sequence} was erased, and is back."
        yield from (f"The payload of record {sequence} has no record." for sequence in payloads)
    # Asked anew, as an erasure may have happened while the payloads were read.
    for sequence in sorted(set(missing) - _erased_sequences(head.tenant_id, key)):
        yield f"The payload of record {sequence} is missing, and no record tells of an erasure."


def _erased_sequences(tenant_id: int, key: bytes) -> set[int]:
    """What genuine records say was erased."""
    erasures = AuditRecord.objects.filter(tenant_id=tenant_id, action=PAYLOAD_ERASED)
    return {json.loads(record.subjects)["sequence"] for record in erasures.iterator() if is_genuine(record, key)}


def _missing(first: int, last: int) -> str:
    return f"Record {first} is missing." if first == last else f"Records {first} to {last} are missing."
