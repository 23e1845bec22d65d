"""From drafts to what callers see: the blocks of each passage are read from its version."""

from collections.abc import Sequence
from dataclasses import replace

from ragportal.knowledge.models import Version
from ragportal.knowledge.parsing.document import Block, blocks_from_json
from ragportal.search.duplicates import Folded
from ragportal.search.results import Passage


def with_blocks(folded: Sequence[Folded]) -> tuple[Passage, ...]:
    """The passages in the same order; one whose version was erased since the recheck is left out.

    A version's text and blocks never change once published, so reading them after the recheck shows nothing newer.
    """
    versions = {one.draft.document.version for one in folded}
    rows = Version.objects.filter(pk__in=versions).values_list("pk", "blocks", "text")
    blocks = {version: blocks_from_json(stored, text) for version, stored, text in rows}
    return tuple(_passage(one, blocks[version]) for one in folded if (version := one.draft.document.version) in blocks)


def blocks_within(blocks: Sequence[Block], start: int, end: int) -> tuple[Block, ...]:
    """The blocks that overlap [start, end), and before them those without which they are not understood.

    Offsets stay those of the version's text; `leader` becomes the position in what is returned.
    """
    wanted = {place for place, block in enumerate(blocks) if block.start < end and block.end > start}
    pending = list(wanted)
    while pending:
        leader = blocks[pending.pop()].leader
        if leader is not None and leader not in wanted:
            wanted.add(leader)
            pending.append(leader)
    places = {place: position for position, place in enumerate(sorted(wanted))}
    return tuple(
        block if block.leader is None else replace(block, leader=places[block.leader])
        for block in (blocks[place] for place in places)
    )


def _passage(one: Folded, blocks: Sequence[Block]) -> Passage:
    draft, about = one.draft, one.draft.document
    return Passage(
        chunk_ids=tuple(finding.hit.chunk for finding in draft.findings),
        document_id=about.document,
        version_id=about.version,
        title=about.title,
        url=about.url,
        heading_path=about.heading_path,
        start=draft.start,
        end=draft.end,
        text=draft.text,
        blocks=blocks_within(blocks, draft.start, draft.end),
        language=about.language,
        status=about.status,
        modified_at=about.modified_at,
        score=draft.score,
        cosine=draft.cosine,
        bm25=draft.bm25,
        duplicates=one.duplicates,
    )
