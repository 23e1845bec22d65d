"""The questions of the demo company, asked as its people in a throw-away installation."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import yaml

from ragportal.access.asker import Asker
from ragportal.access.selectors import asker_of
from ragportal.common.tenancy import use_tenant
from ragportal.evaluation.throwaway import throwaway_company
from ragportal.knowledge.company import load_company
from ragportal.knowledge.models import Document
from ragportal.tenants.models import Membership, Tenant

FOLDER = Path(__file__).parents[2] / "examples" / "company"
HALVES = ("development", "held_out")


@dataclass(frozen=True)
class CompanyQuestion:
    """`expected`: what a good answer holds; empty where this person can get none. `documents`: that hold it.

    `place`: what a citation of it names beside headings: page, slide, row, function or section; "" = nothing.
    """

    asker: Asker
    question: str
    expected: tuple[str, ...]
    documents: tuple[int, ...]
    place: str = ""


@contextmanager
def demo_company(**changed_settings: str) -> Iterator[None]:
    """The demo company, loaded into databases and an index of its own, current for the block."""
    with throwaway_company(**changed_settings), _loaded():
        yield


@contextmanager
def _loaded() -> Iterator[None]:
    load_company(folder=FOLDER, password="of-nobody-at-all")  # noqa: S106 (nobody signs in)
    with use_tenant(Tenant.objects.get(slug="norvane").pk):
        yield


def questions_of(half: str) -> Sequence[CompanyQuestion]:
    """The questions of `examples/company/questions.yaml`, for the current tenant: answerable ones first."""
    people = {one.user.email.partition("@")[0]: asker_of(one) for one in Membership.objects.select_related("user")}
    documents = dict(Document.objects.values_list("external_id", "pk"))
    entries = yaml.safe_load((FOLDER / "questions.yaml").read_text(encoding="utf-8"))[half]
    return [
        CompanyQuestion(
            asker=people[entry["as"]],
            question=entry["ask"],
            expected=tuple(map(str, entry.get("expect", ()))),
            documents=tuple(documents[name] for name in entry.get("documents", ())),
            place=entry.get("place", ""),
        )
        for kind in ("answerable", "unanswerable")
        for entry in entries[kind]
    ]
