"""What bench_sync measures; imported when Django is set up for its throw-away data folder."""

import json
import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

from django.conf import settings
from django.test.utils import override_settings

from connectors.base import Change, SourceDocument, SyncCursor
from connectors.files.connector import FilesConnector
from ragportal.access.asker import Asker, Situation
from ragportal.access.models import Channel
from ragportal.access.scope import scope_for
from ragportal.access.selectors import asker_of
from ragportal.common.engines import the_embedder
from ragportal.common.tenancy import use_tenant
from ragportal.knowledge.models import Source, SyncRun
from ragportal.knowledge.progress import Progress
from ragportal.knowledge.sync.add_source import add_source
from ragportal.knowledge.sync.sync_source import sync_source
from ragportal.search.services import retrieve
from tests.factories.people import make_member, make_tenant

A_FOLDER = 500
WINDOW = 1_000
TOWNS = ("Lisbon", "Oslo", "Turin", "Graz", "Leeds", "Nantes", "Gdansk", "Porto", "Ghent", "Malmo")


class CountingConnector(FilesConnector):
    """The files connector, which counts how many documents were read."""

    reads = 0

    def changes(self, cursor: SyncCursor) -> Iterator[Change]:
        for change in super().changes(cursor):
            yield replace(change, read=self._counted(change)) if isinstance(change, SourceDocument) else change

    def _counted(self, change: SourceDocument) -> Callable[[], bytes]:
        def read() -> bytes:
            CountingConnector.reads += 1
            return change.read()

        return read


def measure_changes(folder: Path, files: int) -> None:
    """A first sync, one without changes, and one with one changed file, until its answer is found."""
    write_files(folder, files)
    connectors = {"files": "tests.bench.sync_measures.CountingConnector"}
    with override_settings(CONNECTORS=connectors), use_tenant(make_tenant().pk):
        source, asker = new_source(folder), asker_of(make_member())
        the_embedder().embed_question("warm")
        run, seconds = timed_sync(source)
        say(part="first sync", files=run.seen, added=run.added, seconds=seconds)
        for attempt in range(3):
            CountingConnector.reads = 0
            before = index_files()
            run, seconds = timed_sync(source)
            say(
                part="sync without changes",
                attempt=attempt,
                files=run.seen,
                seconds=seconds,
                bar_seconds=2,
                files_read=CountingConnector.reads,
                index_files_changed=len(before ^ index_files()),
            )
        change_one(folder, source, asker, files)


def change_one(folder: Path, source: Source, asker: Asker, files: int) -> None:
    """From a saved file to its answer: the sync is started at once, and asked for until it is found."""
    name = f"{(files // 2) // A_FOLDER}/note-{files // 2}.md"
    start = time.perf_counter()
    (folder / name).write_text("# Zeppelin\n\nThe zeppelin over Ghent carries exactly 77 passengers.\n")
    timed_sync(source)
    scope = scope_for(asker, Situation(Channel.COMMAND_LINE))
    found = retrieve("How many passengers does the zeppelin carry?", scope).passages
    if not found or "77 passengers" not in found[0].text:
        raise SystemExit("The changed file was not found.")
    say(part="one changed file", files=files, seconds_to_answer=round(time.perf_counter() - start, 2), bar_seconds=3)


def measure_many(folder: Path, files: int) -> None:
    """Seconds of the first and of the last thousand files of one sync, and of a listing without changes."""
    write_files(folder, files)
    moments: list[tuple[int, float]] = []

    def note(progress: Progress) -> None:
        moments.append((progress.done, time.perf_counter()))

    with use_tenant(make_tenant().pk):
        source = new_source(folder)
        start = time.perf_counter()
        run = sync_source(source=source, progress=note)
        total = time.perf_counter() - start
        window = max(WINDOW, files // 20)
        first, last = window_seconds(moments, 0, window), window_seconds(moments, files - window, files)
        say(part="many files", files=run.seen, added=run.added, failed=run.failed, seconds=round(total, 1))
        say(
            part="last against first",
            window_files=window,
            first_seconds=round(first, 2),
            last_seconds=round(last, 2),
            ratio=round(last / first, 2),
            bar=1.2,
        )
        _, seconds = timed_sync(source)
        say(part="many files, sync without changes", files=files, seconds=seconds)


def window_seconds(moments: list[tuple[int, float]], first: int, last: int) -> float:
    """Seconds from when `first` documents were done until `last` were, between the reports in that window."""
    inside = [(done, moment) for done, moment in moments if first < done <= last]
    (low, begun), (high, ended) = inside[0], inside[-1]
    return (ended - begun) / (high - low) * (last - first)


def write_files(folder: Path, files: int) -> None:
    for number in range(files):
        place = folder / str(number // A_FOLDER)
        if number % A_FOLDER == 0:
            place.mkdir(parents=True)
        town = TOWNS[number % len(TOWNS)]
        (place / f"note-{number}.md").write_text(
            f"# Note {number}\n\nPump {number} in {town} is checked every {number % 28 + 1} days by crew {number % 97}."
        )


def new_source(folder: Path) -> Source:
    config = {"path": str(folder), "readers": "members"}
    return add_source(kind="files", name="Bench", config=config, accept_findings=True)


def timed_sync(source: Source) -> tuple[SyncRun, float]:
    start = time.perf_counter()
    run = sync_source(source=source)
    return run, round(time.perf_counter() - start, 2)


def index_files() -> set[tuple[str, int, int]]:
    """Name, size and time of each file of the index."""
    folder = Path(settings.INDEX_DIR)
    return {
        (str(path), status.st_size, status.st_mtime_ns)
        for path in folder.rglob("*")
        if path.is_file() and (status := path.stat())
    }


def say(**fields: object) -> None:
    sys.stdout.write(json.dumps(fields) + "\n")
    sys.stdout.flush()
