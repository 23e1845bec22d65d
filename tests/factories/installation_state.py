"""All that an installation knows, as text that two installations can be compared by, whatever numbers their rows got.

    manage.py shell -v0 -c "from tests.factories.installation_state import tell; tell('harbour')"

prints one JSON object: each document with its text, chunks and readers, the groups, what the index holds of it, and
whether the index verifies.
"""

import hashlib
import json
import sys
from typing import Any

from integrations.index.base import AllowedRules, SearchQuery
from ragportal.access.models import AccessRule, GroupMember
from ragportal.common.engines import the_embedder, the_index
from ragportal.common.tenancy import use_tenant
from ragportal.knowledge.models import Chunk, Document
from ragportal.tenants.models import Tenant

DESCRIBED = ("title", "listed_title", "url", "author", "media_type", "status", "fingerprint")
TEXT = ("content_hash", "recipe", "title", "text", "blocks", "language", "stated_status", "stated_date")
FOUND_AT_MOST = 200


def tell(slug: str, *questions: str) -> None:
    """Print the state of the tenant; `questions` are searched for under all rules, with their scores."""
    with use_tenant(Tenant.objects.get(slug=slug).pk):
        sys.stdout.write(json.dumps(state(questions), default=str, sort_keys=True))


def state(questions: tuple[str, ...] = ()) -> dict[str, Any]:
    """The current tenant's state."""
    expected = Document.objects.filter(current_version__isnull=False, removed_at=None)
    return {
        "documents": {f"{one.source.name}: {one.external_id}": _document(one) for one in _shown()},
        "groups": sorted(
            f"{row.group.kind} {row.group.key} has {row.member.kind} {row.member.key}"
            for row in GroupMember.objects.select_related("group", "member")
        ),
        "index": the_index().verify(expected.values_list("pk", "current_version_id", "access_rule_id")),
        "found": {question: _found(question) for question in questions},
    }


def _shown() -> Any:
    shown = Document.objects.filter(removed_at=None, current_version__isnull=False)
    return shown.select_related("source", "current_version").order_by("source_id", "external_id")


def _document(document: Document) -> dict[str, Any]:
    version = document.current_version
    assert version is not None
    chunks = Chunk.objects.filter(version=version).order_by("ordinal")
    cut = list(chunks.values_list("ordinal", "start", "end", "heading_path", "text"))
    return {
        **{name: getattr(document, name) for name in DESCRIBED},
        "text": {name: _short(getattr(version, name)) for name in TEXT},
        "chunks": _short(cut),
        "chunk_count": len(cut),
        "readers": _rule(document.access_rule),
        "indexed_rule_is_known": document.indexed_rule_id == document.access_rule_id,
    }


def _rule(rule: AccessRule) -> dict[str, Any]:
    sets = [row.reader_set for row in rule.reader_set_rows.select_related("reader_set")]
    return {
        "classification": rule.classification,
        "department": rule.department.name if rule.department else "",
        "all_of": sorted(sorted(f"{one.principal.kind} {one.principal.key}" for one in _grants(few)) for few in sets),
        "set_count": rule.set_count,
    }


def _grants(reader_set: Any) -> Any:
    return reader_set.grants.select_related("principal")


def _found(question: str) -> dict[str, list[tuple[str, int, float]]]:
    """The best chunks of both parts of the index: whose they are, and how they score."""
    allowed = AllowedRules(frozenset(AccessRule.objects.values_list("pk", flat=True)))
    query = SearchQuery(question, the_embedder().embed_question(question), "en")
    candidates = the_index().search(query, allowed, FOUND_AT_MOST)
    parts = {"dense": candidates.dense, "bm25": candidates.bm25}
    rows = Chunk.objects.filter(pk__in={hit.chunk for hits in parts.values() for hit in hits})
    names = {chunk.pk: (chunk.version.document.external_id, chunk.ordinal) for chunk in rows}
    return {
        part: sorted((*names.get(hit.chunk, ("a chunk that is gone", 0)), round(hit.score, 4)) for hit in hits)
        for part, hits in parts.items()
    }


def _short(value: Any) -> Any:
    """Long texts by their hash."""
    written = json.dumps(value, default=str, sort_keys=True, ensure_ascii=False)
    return value if len(written) < 80 else hashlib.sha256(written.encode()).hexdigest()
