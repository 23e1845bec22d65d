"""What a search gives: passages that this asker may read now, with the raw evidence for them."""

from dataclasses import dataclass, field
from datetime import datetime

import numpy as np
from numpy.typing import NDArray

from ragportal.knowledge.parsing.document import Block


@dataclass(frozen=True, slots=True)
class DocumentReference:
    """A document the asker may read, named beside a passage."""

    id: int
    title: str
    url: str


@dataclass(frozen=True, slots=True)
class Passage:
    """Neighbouring chunks of one published version: characters [start, end) of its text.

    `score` is the fused score, comparable within one retrieval only. `cosine` and `bm25` are the best raw
    scores of its chunks (0.0 where that part did not find them), comparable between questions.
    `blocks` are the blocks of the version that overlap the passage, and before them those without which they are not
    understood (a list's lead-in, a table's header), with offsets into the version's text and `leader` as a
    position in this tuple. `duplicates` are other readable documents that say the same.
    """

    chunk_ids: tuple[int, ...]
    document_id: int
    version_id: int
    title: str
    url: str
    heading_path: tuple[str, ...]
    start: int
    end: int
    text: str
    blocks: tuple[Block, ...]
    language: str
    status: str
    modified_at: datetime
    score: float
    cosine: float
    bm25: float
    duplicates: tuple[DocumentReference, ...] = ()


@dataclass(frozen=True, slots=True)
class Retrieval:
    """The passages of one question, best first.

    `confidence` is 0 to 1 from raw scores: how likely the best passages hold the answer (see confidence.py).
    `dropped` counts stale hits that the recheck refused. `milliseconds` names each stage. `vector`: of the question,
    as it was searched.
    """

    question: str
    language: str
    passages: tuple[Passage, ...]
    confidence: float
    dropped: int
    milliseconds: dict[str, float]
    vector: NDArray[np.float32] = field(compare=False, repr=False)
