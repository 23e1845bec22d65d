"""What bench_ingest measures; imported when Django is set up for its throw-away data folder."""

import json
import resource
import sys
import time
from pathlib import Path

from django.core.management import call_command

from ragportal.common.engines import the_embedder
from ragportal.common.tenancy import use_tenant
from ragportal.knowledge.chunking.chunks import embedding_text
from ragportal.knowledge.models import Chunk
from ragportal.knowledge.sync.add_source import add_source
from ragportal.knowledge.sync.sync_source import sync_source
from ragportal.tenants.models import Tenant


def measure(folder: Path) -> None:
    for database in ("default", "ledger"):
        call_command("migrate", database=database, verbosity=0)
    began = time.process_time()
    texts, ingest = sync_seconds(folder)
    between = time.process_time()
    memory = peak_memory_mb()
    say(part="sync", seconds=round(ingest, 2), cpu=round(between - began, 2), chunks=len(texts), peak_memory_mb=memory)
    bare = embed_seconds(texts)
    say(part="bare embedder", seconds=round(bare, 2), cpu=round(time.process_time() - between, 2), chunks=len(texts))
    say(part="ratio", of="bare embedder's throughput", value=round(bare / ingest, 3), bar=0.85)


def sync_seconds(folder: Path) -> tuple[list[str], float]:
    """The texts that were embedded, and the seconds of the whole sync."""

    tenant = Tenant.objects.create(slug="bench", name="Bench")
    with use_tenant(tenant.pk):
        config = {"path": str(folder), "readers": "members"}
        source = add_source(kind="files", name="Bench", config=config, accept_findings=True)
        the_embedder().embed_question("warm")
        start = time.perf_counter()
        run = sync_source(source=source)
        seconds = time.perf_counter() - start
        say(part="documents", seen=run.seen, added=run.added, failed=run.failed)
        chunks = Chunk.objects.order_by("pk").select_related("version")
        return [embedding_text(chunk.version.title, chunk.heading_path, chunk.text) for chunk in chunks], seconds


def embed_seconds(texts: list[str]) -> float:
    """Seconds of the embedder alone, which gets all texts at once and may order them as it likes."""
    start = time.perf_counter()
    the_embedder().embed_documents(texts)
    return time.perf_counter() - start


def peak_memory_mb() -> int:
    """The most memory this process ever held."""
    kilobytes = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return round(kilobytes / (1024 * 1024 if sys.platform == "darwin" else 1024))


def say(**fields: object) -> None:
    sys.stdout.write(json.dumps(fields) + "\n")
    sys.stdout.flush()
