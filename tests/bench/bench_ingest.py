"""How much of the embedder's bare throughput a sync of a folder reaches, on the very same chunks.

    python -m tests.bench.bench_ingest --folder F

Works in a throw-away data folder. Prints JSON lines: the sync, the bare embedder, and their ratio.
"""

import argparse
import importlib
import os
import tempfile
from pathlib import Path

import django

PROJECT = Path(__file__).parents[2]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--folder", required=True, type=Path)
    parser.add_argument("--models", type=Path, default=PROJECT / "var" / "models")
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="bench-ingest-") as data:
        os.environ["RAGPORTAL_DATA_DIR"] = data
        os.environ["RAGPORTAL_MODELS_DIR"] = str(arguments.models.absolute())
        os.environ["DJANGO_SETTINGS_MODULE"] = "ragportal.settings.embedded"
        django.setup()
        # Its imports need the settings above.
        importlib.import_module("tests.bench.ingest_measures").measure(arguments.folder.absolute())


if __name__ == "__main__":
    main()
