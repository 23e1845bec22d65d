"""Compares the index with what the database says it should hold, and with itself."""

from collections.abc import Iterable, Iterator

import numpy as np

from integrations.index.comparison import Key, by_version, rule_differences
from integrations.index.embedded.snapshot import Snapshot
from integrations.index.embedded.tables import checksum
from integrations.index.embedded.text import PLACES_PER_VERSION, all_places, text_read_errors


def differences(snapshot: Snapshot | None, expected: Iterable[tuple[int, int, int]]) -> list[str]:
    """A sentence for each difference, ordered by document and version; [] = equal. Raises IndexDamaged."""
    wanted = by_version(expected)
    if snapshot is None:
        return list(rule_differences({}, wanted))
    return [*rule_differences(_held(snapshot), wanted), *_damages(snapshot)]


def _held(snapshot: Snapshot) -> dict[Key, int]:
    live = snapshot.state.live
    records = snapshot.tables.versions[live]
    keys = zip(records["document"].tolist(), records["version"].tolist(), strict=True)
    return dict(zip(keys, snapshot.tables.rules[live].tolist(), strict=True))


def _damages(snapshot: Snapshot) -> Iterator[str]:
    """Versions whose stored vectors differ from what was written, or whose text documents are not all there."""
    with text_read_errors(snapshot.folder):
        places = all_places(snapshot.searcher)
    puts, counts = np.unique(places // PLACES_PER_VERSION, return_counts=True)
    texts = dict(zip(puts.tolist(), counts.tolist(), strict=True))
    tables, starts = snapshot.tables, snapshot.starts.tolist()
    for position in np.flatnonzero(snapshot.state.live).tolist():
        put, document, version, chunks, _, expected = tables.versions[position].tolist()
        name = f"version {version} of document {document}"
        rows = slice(starts[position], starts[position + 1])
        if checksum(tables.chunks[rows], tables.vectors[rows]) != expected:
            yield f"The vectors of {name} are damaged."
        if texts.get(put, 0) != chunks:
            yield f"The text index has {texts.get(put, 0)} of {chunks} chunks of {name}."
