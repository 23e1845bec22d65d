"""The last word on access: what a search found is read anew from today's tables before anybody sees it.

One statement, and so one snapshot, decides whether a chunk's document is there, published in this version and under a
rule whose reader sets contain the asker, and reads its text. Policies must permit the rule both before and after that
statement, so that one which is added meanwhile already counts.
"""

import json
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from django.db import connection
from django.db.models import F
from django.utils import timezone

from ragportal.access.policies import RuleAttributes, policies_for
from ragportal.access.readable import RULE_ATTRIBUTES, principals_of, rule_is_readable
from ragportal.access.scope import AccessScope
from ragportal.common.tenancy import current_tenant_id
from ragportal.knowledge.models import Chunk


@dataclass(frozen=True, slots=True)
class ReadableChunk:
    """A chunk the asker may read now: characters [start, end) of its version's text.

    `text` ends with exactly those characters; before them may stand a lead-in from elsewhere in the version.
    """

    chunk: int
    start: int
    end: int
    heading_path: tuple[str, ...]
    text: str
    version: int
    language: str
    document: int
    title: str
    url: str
    status: str
    modified_at: datetime
    external_id: str
    author: str
    classification: str
    source_id: int

    @property
    def own_text(self) -> str:
        """Characters [start, end) of the version, without a lead-in."""
        return self.text[len(self.text) - (self.end - self.start) :]


def refuse_other_tenant(scope: AccessScope) -> None:
    """Raises ValueError if another tenant than the scope's is current."""
    if scope.asker.tenant_id != current_tenant_id():
        raise ValueError("The scope belongs to another tenant than the current one.")


def readable_chunks(chunks: Sequence[int], scope: AccessScope) -> dict[int, ReadableChunk]:
    """Those of `chunks` that the asker may read now, by id; the others are stale or forbidden.

    Raises ValueError if another tenant than the scope's is current.
    """
    refuse_other_tenant(scope)
    if not chunks:
        return {}
    before = policies_for(scope.asker, scope.situation)
    rows = _rows(chunks, scope)
    after = policies_for(scope.asker, scope.situation)
    permitted = {rule for rule in set(map(_attributes, rows)) if before.permit(rule) and after.permit(rule)}
    return {row["chunk"]: _readable(row) for row in rows if _attributes(row) in permitted}


def any_replaced(chunks: Collection[int]) -> bool:
    """Whether one of these refused chunks belongs to a version that another one has replaced (or is gone)."""
    current = Chunk.objects.filter(pk__in=chunks, version=F("version__document__current_version"))
    return current.count() < len(chunks)


# Rules are decided once each (`decided`), not once a chunk. What came within another document has that one's rule.
# The plus signs keep SQLite from beginning with all documents of the tenant: a column in an expression has no index, so
# it begins with the few chunks. Otherwise bench_search takes ten times as long with 100,000 chunks.
_STATEMENT = """
WITH RECURSIVE {mine},
hit AS (
    SELECT chunk.id, chunk.start, chunk."end" AS until, chunk.heading_path, chunk.text,
           version.id AS version_id, version.language, document.id AS document_id, document.title, document.url,
           document.status, document.modified_at, document.external_id, document.author,
           document.source_id AS document_source_id,
           COALESCE(container.access_rule_id, document.access_rule_id) AS access_rule_id
      FROM knowledge_chunk chunk
      JOIN knowledge_version version ON version.id = chunk.version_id
      JOIN knowledge_document document ON document.id = version.document_id
      LEFT JOIN knowledge_document container ON container.id = document.container_id
     WHERE chunk.id IN ({chunks}) AND +chunk.tenant_id = %s AND +document.tenant_id = %s
       AND document.current_version_id = version.id AND document.removed_at IS NULL AND container.removed_at IS NULL
),
decided AS (
    SELECT rule.id, {attributes}
      FROM access_accessrule rule
     WHERE rule.id IN (SELECT access_rule_id FROM hit) AND rule.tenant_id = %s AND {readable}
)
SELECT hit.id AS chunk, hit.start, hit.until, hit.heading_path, hit.text, hit.version_id, hit.language,
       hit.document_id, hit.title, hit.url, hit.status, hit.modified_at, hit.external_id, hit.author,
       hit.document_source_id,
       decided.classification, decided.department_id, decided.department_is_unknown, decided.source_id
  FROM hit
  JOIN decided ON decided.id = hit.access_rule_id
"""


def _rows(chunks: Sequence[int], scope: AccessScope) -> list[dict[str, Any]]:
    tenant, now = scope.asker.tenant_id, timezone.now()
    mine, readable = principals_of(scope.asker, now), rule_is_readable("rule", now)
    marks = ", ".join(["%s"] * len(chunks))
    statement = _STATEMENT.format(mine=mine.text, readable=readable.text, chunks=marks, attributes=RULE_ATTRIBUTES)
    parameters = (*mine.params, *chunks, tenant, tenant, tenant, *readable.params)
    with connection.cursor() as cursor:
        cursor.execute(statement, parameters)
        names = [column[0] for column in cursor.description]
        return [dict(zip(names, row, strict=True)) for row in cursor.fetchall()]


def _attributes(row: dict[str, Any]) -> RuleAttributes:
    unknown = bool(row["department_is_unknown"])
    return RuleAttributes(row["classification"], row["department_id"], unknown, row["source_id"])


def _readable(row: dict[str, Any]) -> ReadableChunk:
    heading_path, modified_at = row["heading_path"], row["modified_at"]
    if isinstance(heading_path, str):  # raw SQL gives JSON as text, and on SQLite UTC moments as text too
        heading_path = json.loads(heading_path)
    if isinstance(modified_at, str):
        modified_at = datetime.fromisoformat(modified_at).replace(tzinfo=UTC)
    return ReadableChunk(
        chunk=row["chunk"],
        start=row["start"],
        end=row["until"],
        heading_path=tuple(heading_path),
        text=row["text"],
        version=row["version_id"],
        language=row["language"],
        document=row["document_id"],
        title=row["title"],
        url=row["url"],
        status=row["status"],
        modified_at=modified_at,
        external_id=row["external_id"],
        author=row["author"],
        classification=row["classification"],
        source_id=row["document_source_id"],
    )
