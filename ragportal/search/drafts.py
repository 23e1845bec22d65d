"""From single chunks to passages: neighbours joined, and what is no longer current put lower."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from types import MappingProxyType

from ragportal.knowledge.models import Document
from ragportal.search.gather import Finding
from ragportal.search.recheck import ReadableChunk

MOST_CHUNKS = 3
"""Chunks of one passage: about 1,500 tokens, two pages. More would be a document, not a passage."""

STANDING: Mapping[str, float] = MappingProxyType(
    {Document.Status.CURRENT: 1.0, Document.Status.ARCHIVED: 0.7, Document.Status.SUPERSEDED: 0.6}
)
"""Factors on the score. A judgement, not a fit: between equals the current one wins clearly, while an archived
document that alone has the answer stays among the first."""


@dataclass(frozen=True, slots=True)
class Draft:
    """Neighbouring chunks of one version in the order of the text; `best` is the finding with the highest score.

    `score` starts as that of `best`; later steps lower it.
    """

    findings: tuple[Finding, ...]
    best: Finding
    score: float

    @property
    def document(self) -> ReadableChunk:
        """The chunk that speaks for document and version."""
        return self.best.chunk

    @property
    def start(self) -> int:
        return self.findings[0].chunk.start

    @property
    def end(self) -> int:
        return max(finding.chunk.end for finding in self.findings)

    @property
    def text(self) -> str:
        """Characters [start, end) of the version, overlaps once."""
        joined, end = "", self.start
        for finding in self.findings:
            if finding.chunk.end > end:
                joined += finding.chunk.own_text[end - finding.chunk.start :]
                end = finding.chunk.end
        return joined

    @property
    def cosine(self) -> float:
        return max(finding.hit.cosine for finding in self.findings)

    @property
    def bm25(self) -> float:
        return max(finding.hit.bm25 for finding in self.findings)


def join_neighbours(findings: Sequence[Finding]) -> list[Draft]:
    """Passages, best first: a chunk joins the best passage of its version that it overlaps or touches.

    `findings` come best first; a passage has MOST_CHUNKS at most.
    """
    drafts: list[Draft] = []
    places_by_version: dict[int, list[int]] = defaultdict(list)
    for finding in findings:
        places = places_by_version[finding.chunk.version]
        place = next((place for place in places if _touches(drafts[place], finding)), None)
        if place is None:
            places.append(len(drafts))
            drafts.append(Draft((finding,), finding, finding.score))
        else:
            joined = sorted((*drafts[place].findings, finding), key=lambda one: (one.chunk.start, one.chunk.end))
            drafts[place] = replace(drafts[place], findings=tuple(joined))
    return drafts


def by_standing(drafts: Iterable[Draft]) -> list[Draft]:
    """The same passages with archived and superseded documents lower, best first; an unknown status is lowest."""
    lowest = min(STANDING.values())
    lowered = (replace(draft, score=draft.score * STANDING.get(draft.document.status, lowest)) for draft in drafts)
    return sorted(lowered, key=lambda draft: (-draft.score, draft.best.hit.chunk))


def _touches(draft: Draft, finding: Finding) -> bool:
    """Whether a chunk of the same version may join."""
    return len(draft.findings) < MOST_CHUNKS and finding.chunk.start <= draft.end and draft.start <= finding.chunk.end
