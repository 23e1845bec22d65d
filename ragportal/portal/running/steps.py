"""What comes before the first question: databases, model, demo company."""

import json
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from django.core.management import call_command
from django.core.management.base import OutputWrapper

from integrations.embeddings.base import ModelMissing
from ragportal.common.engines import the_embedder
from ragportal.common.errors import Unavailable
from ragportal.portal.running.tethered import Tethered

DATABASES = ("default", "ledger")
WARMING = "How does this work?"


@dataclass(frozen=True, slots=True)
class LoadedCompany:
    """The company one can sign in to; `people` are (e-mail address, what one may know about them)."""

    slug: str
    documents: int
    people: tuple[tuple[str, str], ...]


@contextmanager
def timed_step(out: OutputWrapper, title: str) -> Iterator[None]:
    """One line for the block with its seconds, in the columns of the Makefile's own steps."""
    start = time.monotonic()
    if out.isatty():
        out.write(f"  {title:<42} …\r", ending="")
        out.flush()
    yield
    out.write(f"  {title:<42} {time.monotonic() - start:4.0f} s")
    out.flush()


def migrate_databases() -> None:
    """Bring both databases to this version's tables."""
    for alias in DATABASES:
        call_command("migrate", database=alias, verbosity=0, interactive=False, skip_checks=True)


def load_model() -> None:
    """Load the embedding model, which the first question then finds warm. Raises Unavailable if it is not there."""
    try:
        the_embedder().embed_question(WARMING)
    except ModelMissing as error:
        todo = "Fetch it with: make run, or .venv/bin/python manage.py fetch_models"
        raise Unavailable(str(error), kept="Nothing was loaded.", todo=todo) from error


def load_demo_company() -> LoadedCompany:
    """Load the demo company, or bring it up to date: seconds where nothing changed. Raises Unavailable.

    It is done in a process of its own, because memory that embedding a batch takes is never given back.
    """
    loading = Tethered("manage", "load_company", "--json", keep_output=True)
    try:
        said, status = loading.output(), loading.wait()
    finally:
        loading.stop()
    if status != 0:
        raise Unavailable(
            "The demo company could not be loaded; the reason stands above.",
            kept="What was loaded is kept.",
            todo="The next start goes on from there.",
        )
    return company_from_json(json.loads(said))


def company_from_json(loaded: dict[str, Any]) -> LoadedCompany:
    """What `load_company --json` said; `company_as_json` is the way back."""
    people = tuple((person["email"], person["about"]) for person in loaded["people"])
    return LoadedCompany(loaded["tenant"], loaded["documents"], people)


def company_as_json(company: LoadedCompany) -> str:
    """For another process."""
    people = [{"email": email, "about": about} for email, about in company.people]
    return json.dumps({"tenant": company.slug, "documents": company.documents, "people": people})
