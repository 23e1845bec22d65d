"""Reading the versions that passages were cut from: a lead-in, a header or a section may go beyond the passage."""

from collections.abc import Iterable

from ragportal.answering.units import WholeVersion
from ragportal.knowledge.models import Chunk, Version
from ragportal.knowledge.parsing.document import blocks_from_json
from ragportal.search.results import Passage


def whole_versions(*, passages: Iterable[Passage]) -> dict[int, WholeVersion]:
    """Each passage's version, by version id; a version that was erased has no entry.

    Only for passages that a retrieval has just given this asker: all of a version is under one access rule.
    """
    wanted = {passage.version_id for passage in passages}
    spans: dict[int, list[tuple[int, int, int]]] = {version: [] for version in wanted}
    chunks = Chunk.objects.filter(version_id__in=wanted).order_by("ordinal")
    for version, start, end, chunk in chunks.values_list("version_id", "start", "end", "pk"):
        spans[version].append((start, end, chunk))
    rows = Version.objects.filter(pk__in=wanted).values_list("pk", "text", "blocks")
    return {pk: WholeVersion(text, blocks_from_json(blocks, text), tuple(spans[pk])) for pk, text, blocks in rows}
