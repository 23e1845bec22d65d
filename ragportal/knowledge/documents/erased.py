"""Which documents were erased: known by a salted digest alone, and never taken in again."""

import hashlib
import hmac
from collections.abc import Iterable

from ragportal.knowledge.models import ErasedDocument, Source


def erased_digest(source: Source, external_id: str) -> str:
    """What is kept of the id of an erased document."""
    return _digest(source.erasure_salt, source.pk, external_id)


def erased_among(source_id: int, external_ids: Iterable[str]) -> set[str]:
    """Those of these ids whose documents were erased."""
    sources = Source.objects.filter(pk=source_id, erased_documents__isnull=False)
    salt = sources.values_list("erasure_salt", flat=True).first()
    if salt is None:
        return set()
    by_digest = {_digest(salt, source_id, external_id): external_id for external_id in external_ids}
    found = ErasedDocument.objects.filter(source_id=source_id, digest__in=by_digest)
    return {by_digest[digest] for digest in found.values_list("digest", flat=True)}


def _digest(salt: str, source_id: int, external_id: str) -> str:
    return hmac.new(salt.encode(), f"{source_id} {external_id}".encode(), hashlib.sha256).hexdigest()
