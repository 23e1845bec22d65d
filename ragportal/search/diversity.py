"""One document does not drown the rest: each further passage of it counts less."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import replace

from ragportal.search.duplicates import Folded

FADING = 0.85
"""Factor on the score for each passage of the same document that stands above."""


def spread_documents(passages: Sequence[Folded], limit: int) -> list[Folded]:
    """The first `limit` passages once further ones of a document are lowered; best first, as `passages` come.

    The best passage of each document keeps its score, so the order of documents stays.
    """
    seen: Counter[int] = Counter()
    faded: list[Folded] = []
    for passage in passages:
        document = passage.draft.document.document
        factor = FADING ** seen[document]
        seen[document] += 1
        faded.append(replace(passage, draft=replace(passage.draft, score=passage.draft.score * factor)))
    return sorted(faded, key=lambda one: (-one.draft.score, one.draft.best.hit.chunk))[:limit]
