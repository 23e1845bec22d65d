"""What the access filter costs in a whole search: `python -m tests.bench.bench_search [--chunks N] [--questions N]`.

An invented company of 100,000 chunks in 50,000 documents, each under a rule of its own, and five people who may read
0.01 to 100 % of them; `retrieve` as an answer calls it, with scope, recheck and the question embedded by the model
of the settings. Each question is also asked, in turns, by the one who may read everything; "ratio" compares the medians
of both (bench_index compares with an index search that knows no filter at all). One JSON object a line.

"exact": the dense hits equal a full scan of all vectors, cut down to what is allowed (bench_index checks both parts).
"""

import argparse
import itertools
import json
import os
import statistics
import sys
import time
from collections.abc import Callable, Iterator
from datetime import UTC, datetime

import django
import numpy as np
from django.db.models import Model
from django.utils import timezone

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "ragportal.settings.embedded")
django.setup()

from integrations.index.base import (  # noqa: E402 (Django must be set up first)
    IndexBatch,
    IndexedChunk,
    IndexedVersion,
    SearchQuery,
)
from ragportal.access.asker import Asker, Situation  # noqa: E402
from ragportal.access.models import (  # noqa: E402
    AccessRule,
    Channel,
    Grant,
    IdentityLink,
    Principal,
    ReaderSet,
    RuleReaderSet,
)
from ragportal.access.scope import scope_for  # noqa: E402
from ragportal.access.services import note_access_as_of  # noqa: E402
from ragportal.common.engines import the_embedder, the_index  # noqa: E402
from ragportal.evaluation.throwaway import throwaway_company  # noqa: E402
from ragportal.knowledge.models import Chunk, Document, Source, Version  # noqa: E402
from ragportal.knowledge.parsing.document import Block, blocks_to_json  # noqa: E402
from ragportal.search.services import retrieve  # noqa: E402
from tests.bench.bench_index import CHUNKS_IN_DOCUMENT, VERSIONS_IN_BATCH, Corpus, corpus  # noqa: E402
from tests.factories.people import make_member  # noqa: E402

SHARES = (0.0001, 0.01, 0.1, 0.4, 1.0)
AT_ONCE = 5_000
SEED = 3
WORDS_IN_QUESTION = 8
MODIFIED = datetime(2026, 1, 1, tzinfo=UTC)
SITUATION = Situation(Channel.WEB)


def make_documents(data: Corpus, documents: int) -> None:
    """Rule, document and version n (n from 1) with the chunks 2n - 1 and 2n; the index has the same."""
    source = Source.objects.create(name="bench", kind="bench")
    numbers = range(1, documents + 1)
    note_access_as_of(source_id=source.pk, as_of=timezone.now())
    _store(
        AccessRule,
        (AccessRule(pk=n, source_id=source.pk, classification="internal", set_count=1, digest=str(n)) for n in numbers),
    )
    _store(ReaderSet, (ReaderSet(pk=n, source_id=source.pk, name=f"{source.pk}:page:{n}") for n in numbers))
    _store(RuleReaderSet, (RuleReaderSet(rule_id=n, reader_set_id=n) for n in numbers))
    _store(
        Document,
        (
            Document(
                pk=n,
                source=source,
                external_id=str(n),
                title=f"Page {n}",
                modified_at=MODIFIED,
                access_rule_id=n,
                indexed_rule_id=n,
            )
            for n in numbers
        ),
    )
    _store(Version, (_version(data, n) for n in numbers))
    _store(Chunk, (chunk for n in numbers for chunk in _chunks(data, n)))
    for first in range(1, documents + 1, AT_ONCE):
        some = range(first, min(first + AT_ONCE, documents + 1))
        Document.objects.bulk_update((Document(pk=n, current_version_id=n) for n in some), ["current_version"], 400)
    the_index().rebuild(_batches(data, documents))


def make_askers(tenant_id: int, documents: int) -> dict[float, Asker]:
    """A member for each share, in the reader sets of that share of the documents, chosen at random."""
    chance = np.random.default_rng(SEED)
    askers = {}
    for share in SHARES:
        member = make_member(f"reads-{share}@bench.example")
        principal = Principal.objects.create(
            source_id=1, kind=Principal.Kind.USER, key=member.user.email, email=member.user.email
        )
        IdentityLink.objects.create(membership=member, principal=principal, method=IdentityLink.Method.VERIFIED_EMAIL)
        chosen = chance.choice(documents, size=max(1, round(share * documents)), replace=False) + 1
        _store(Grant, (Grant(reader_set_id=int(one), principal=principal) for one in chosen))
        askers[share] = Asker(tenant_id, member.pk, member.user_id)
    return askers


def questions(data: Corpus, count: int) -> list[str]:
    """Words out of single chunks, as people ask about what is there."""
    chance = np.random.default_rng(SEED)
    rows = chance.integers(0, len(data.words), count)
    return [" ".join(data.vocabulary[chance.choice(data.words[row], WORDS_IN_QUESTION)]) for row in rows]


def milliseconds(call: Callable[[], object]) -> float:
    started = time.perf_counter()
    call()
    return (time.perf_counter() - started) * 1000


def measure(asker: Asker, everybody: Asker, asked: list[str]) -> dict[str, object]:
    """Times of this asker's searches beside those of one who may read everything, taken in turns.

    The first two questions warm scopes and files.
    """
    own, other, stages = [], [], []
    for number, question in enumerate(asked):
        unfiltered = milliseconds(lambda question=question: retrieve(question, scope_for(everybody, SITUATION)))
        started = time.perf_counter()
        found = retrieve(question, scope_for(asker, SITUATION))
        if number >= 2:
            own.append((time.perf_counter() - started) * 1000)
            other.append(unfiltered)
            stages.append(found.milliseconds)
    return {
        "p50_ms": round(statistics.median(own), 1),
        "p95_ms": round(float(np.percentile(own, 95)), 1),
        "everything_p50_ms": round(statistics.median(other), 1),
        "ratio": round(statistics.median(own) / statistics.median(other), 2),
        "stages_p50_ms": {name: round(statistics.median(one[name] for one in stages), 1) for name in stages[0]},
    }


def is_exact(data: Corpus, asker: Asker, question: str) -> bool:
    """Whether the dense hits of this asker equal a full scan of the vectors of what is allowed."""
    allowed = scope_for(asker, SITUATION).allowed
    vector = the_embedder().embed_question(question)
    rows = np.flatnonzero(np.isin(np.arange(len(data.vectors)) // CHUNKS_IN_DOCUMENT + 1, allowed.sorted_ids))
    scores = (data.vectors[rows].astype(np.float64) @ vector.astype(np.float64)).round(6)
    best = {int(row) + 1 for row in rows[np.lexsort((rows, -scores))][:40]}
    found = the_index().search(SearchQuery(question, vector, "en"), allowed, 40).dense
    return {hit.chunk for hit in found} == best


def _store(model: type[Model], rows: Iterator[Model]) -> None:
    while some := list(itertools.islice(rows, AT_ONCE)):
        model._default_manager.bulk_create(some)


def _texts(data: Corpus, number: int) -> list[str]:
    first = (number - 1) * CHUNKS_IN_DOCUMENT
    return [" ".join(data.vocabulary[data.words[row]]) for row in range(first, first + CHUNKS_IN_DOCUMENT)]


def _version(data: Corpus, number: int) -> Version:
    text = "\n".join(_texts(data, number))
    return Version(
        pk=number,
        document_id=number,
        number=1,
        state=Version.State.PUBLISHED,
        content_hash=str(number),
        title=f"Page {number}",
        text=text,
        language="en",
        blocks=blocks_to_json([Block("paragraph", 0, len(text))]),
    )


def _chunks(data: Corpus, number: int) -> Iterator[Chunk]:
    start = 0
    for ordinal, text in enumerate(_texts(data, number)):
        pk = (number - 1) * CHUNKS_IN_DOCUMENT + ordinal + 1
        yield Chunk(pk=pk, version_id=number, ordinal=ordinal, start=start, end=start + len(text), text=text)
        start += len(text) + 1


def _batches(data: Corpus, documents: int) -> Iterator[IndexBatch]:
    for first in range(1, documents + 1, VERSIONS_IN_BATCH):
        some = range(first, min(first + VERSIONS_IN_BATCH, documents + 1))
        yield IndexBatch(put=tuple(_indexed(data, number) for number in some))


def _indexed(data: Corpus, number: int) -> IndexedVersion:
    first = (number - 1) * CHUNKS_IN_DOCUMENT
    chunks = (
        IndexedChunk(first + place + 1, f"Page {number}", "", text, data.vectors[first + place])
        for place, text in enumerate(_texts(data, number))
    )
    return IndexedVersion(number, number, number, "en", tuple(chunks))


def say(**values: object) -> None:
    sys.stdout.write(json.dumps({"bench": "search", **values}) + "\n")
    sys.stdout.flush()


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--chunks", type=int, default=100_000)
    parser.add_argument("--questions", type=int, default=100)
    options = parser.parse_args()
    documents = options.chunks // CHUNKS_IN_DOCUMENT
    data = corpus(options.chunks)
    with throwaway_company() as owner:
        seconds = milliseconds(lambda: make_documents(data, documents)) / 1000
        askers = make_askers(owner.tenant_id, documents)
        say(step="build", chunks=options.chunks, rules=documents, seconds=round(seconds, 1))
        asked = questions(data, options.questions + 2)
        for share, asker in askers.items():
            exact = all(is_exact(data, asker, question) for question in asked[:10])
            say(step="search", share=share, exact=exact, **measure(asker, askers[1.0], asked))


if __name__ == "__main__":
    main()
