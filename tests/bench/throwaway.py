"""A data folder of its own for one bench, with both databases migrated; gone when the bench ends."""

import os
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import django
from django.core.management import call_command

PROJECT = Path(__file__).parents[2]


@contextmanager
def throwaway_installation(models: Path = PROJECT / "var" / "models") -> Iterator[Path]:
    """The embedded product on an empty data folder, with the model folder of this checkout.

    Call it once a process, before anything that needs settings is imported.
    """
    with tempfile.TemporaryDirectory(prefix="bench-") as data:
        os.environ["RAGPORTAL_DATA_DIR"] = data
        os.environ["RAGPORTAL_MODELS_DIR"] = str(models)
        os.environ["DJANGO_SETTINGS_MODULE"] = "ragportal.settings.embedded"
        django.setup()
        for alias in ("default", "ledger"):
            call_command("migrate", database=alias, verbosity=0, skip_checks=True)
        yield Path(data)
