"""Near-duplicates: several documents that say the same are one passage, and the newest of them is cited.

Only passages that passed the recheck come here, so that a document the asker may not read is never named.
"""

import re
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, replace
from heapq import nsmallest

from ragportal.knowledge.models import Document
from ragportal.search.drafts import Draft
from ragportal.search.results import DocumentReference

SAME = 0.8
"""Jaccard similarity of three-word sequences from which two passages say the same: in a page of 300 words, ten
single words may differ."""

_SKETCH = 4  # sequences by which possible pairs are found: two passages at SAME share one of them almost surely
_WORD = re.compile(r"\w+")
Shingles = frozenset[tuple[str, ...]]


@dataclass(frozen=True, slots=True)
class Folded:
    """A passage, and the other documents the asker may read that say the same."""

    draft: Draft
    duplicates: tuple[DocumentReference, ...]


def fold_duplicates(drafts: Sequence[Draft], question: str) -> list[Folded]:
    """Each group of near-duplicates as one, at the place of its best; best first, as `drafts` come.

    Passages that differ in a word of the question are never folded: "Berlin" and "Paris" in two pages made from one
    template are all the difference to who asks about Paris.
    """
    asked = frozenset(_WORD.findall(question.lower()))
    groups: list[list[Draft]] = []
    prints: list[tuple[frozenset[str], Shingles]] = []
    groups_by_sketch: dict[tuple[str, ...], list[int]] = defaultdict(list)
    for draft in drafts:
        found, shingles = _fingerprint(draft, asked)
        sketch = nsmallest(_SKETCH, shingles)
        near = dict.fromkeys(group for shingle in sketch for group in groups_by_sketch[shingle])
        group = next((one for one in near if prints[one][0] == found and _similar(prints[one][1], shingles)), None)
        if group is None:
            groups.append([draft])
            prints.append((found, shingles))
            for shingle in sketch:
                groups_by_sketch[shingle].append(len(groups) - 1)
        else:
            groups[group].append(draft)
    return [_fold(group) for group in groups]


def _fingerprint(draft: Draft, asked: frozenset[str]) -> tuple[frozenset[str], Shingles]:
    """The words of the question that the passage has, and its three-word sequences."""
    words = _WORD.findall(draft.text.lower())
    found = asked.intersection(words) | asked.intersection(_WORD.findall(draft.document.title.lower()))
    return found, frozenset(zip(words, words[1:], words[2:], strict=False)) or frozenset([tuple(words)])


def _similar(one: Shingles, other: Shingles) -> bool:
    shared = len(one & other)
    return shared >= SAME * (len(one) + len(other) - shared)


def _fold(group: Sequence[Draft]) -> Folded:
    """The newest that is current speaks for all; at equal age, the best."""
    chosen = max(
        group,
        key=lambda draft: (
            draft.document.status == Document.Status.CURRENT,
            draft.document.modified_at,
            draft.score,
        ),
    )
    others = {draft.document.document: _reference(draft) for draft in group}
    others.pop(chosen.document.document)
    return Folded(replace(chosen, score=max(draft.score for draft in group)), tuple(others.values()))


def _reference(draft: Draft) -> DocumentReference:
    return DocumentReference(id=draft.document.document, title=draft.document.title, url=draft.document.url)
