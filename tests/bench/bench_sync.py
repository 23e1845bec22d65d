"""What a sync of many small files costs: the first one per file, one without changes, one with a single change.

    python -m tests.bench.bench_sync [--files 10000] [--many 100000]

Works in a throw-away data folder, with the model of the checkout; `--many` files are taken in with a small
deterministic embedder instead, as the question there is whether the bookkeeping gets slower. Prints JSON lines.
"""

import argparse
import importlib
import subprocess
import sys
import tempfile
from pathlib import Path

from tests.bench.throwaway import throwaway_installation

FAKE = "tests.factories.embedder.open_fake_embedder"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--files", type=int, default=10_000)
    parser.add_argument("--many", type=int, default=100_000)
    parser.add_argument("--part", choices=["files", "many"], help="this part alone, in this process")
    arguments = parser.parse_args()
    if arguments.part is None:
        for part in ("files", "many"):
            run_part(part, arguments)
        return
    with tempfile.TemporaryDirectory(prefix="bench-files-") as folder, throwaway_installation():
        # Its imports need the settings.
        measures = importlib.import_module("tests.bench.sync_measures")
        if arguments.part == "files":
            measures.measure_changes(Path(folder), arguments.files)
        else:
            with importlib.import_module("django.test.utils").override_settings(EMBEDDER=FAKE):
                measures.measure_many(Path(folder), arguments.many)


def run_part(part: str, arguments: argparse.Namespace) -> None:
    """Each part in a process of its own: settings and engines are made once a process."""
    numbers = ["--files", str(arguments.files), "--many", str(arguments.many)]
    subprocess.run([sys.executable, "-m", "tests.bench.bench_sync", "--part", part, *numbers], check=True)


if __name__ == "__main__":
    main()
