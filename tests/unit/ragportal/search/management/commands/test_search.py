"""`manage.py search`: what one person finds, on the terminal and as JSON."""

import json
from io import StringIO

import pytest
from django.core.management import CommandError, call_command

from ragportal.audit.models import AuditRecord
from ragportal.knowledge.models import Document
from ragportal.tenants.models import Membership
from tests.factories.people import make_member
from tests.unit.ragportal.search.conftest import Library

QUESTION = "Where are the bicycles kept?"
TEXT = "The bicycles are kept behind the harbour office."


@pytest.fixture
def library(tenant):
    return Library(make_member("ada@harbour.example"))


def search(*arguments: str) -> str:
    output = StringIO()
    call_command("search", *arguments, stdout=output)
    return output.getvalue()


def test_one_json_object(library):
    library.add("Bicycles", TEXT)

    (hit,) = json.loads(search(QUESTION, "--as", "ada@harbour.example", "--json"))["hits"]

    assert {key: hit[key] for key in ("document", "title", "text", "location")} == {
        "document": "Bicycles",
        "title": "Bicycles",
        "text": TEXT,
        "location": "Part",
    }
    assert 0 < hit["score"] <= 1


def test_a_list_for_people(library):
    library.add("Bicycles", TEXT, status="archived")

    shown = search(QUESTION, "--as", "ada@harbour.example")

    assert shown.startswith("1. Bicycles > Part [archived]") and TEXT in shown


def test_another_person_finds_nothing(library):
    library.add("Bicycles", TEXT)
    make_member("eve@harbour.example")

    assert json.loads(search(QUESTION, "--as", "eve@harbour.example", "--json")) == {"hits": []}
    assert search(QUESTION, "--as", "eve@harbour.example").strip() == "Nothing found that this person may read."


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        ([QUESTION, "--as", "nobody@harbour.example"], "no active member"),
        ([QUESTION, "--as", "ada@harbour.example", "--tenant", "nowhere"], "no tenant"),
        ([" ", "--as", "ada@harbour.example"], "empty"),
        (["x" * 100_000, "--as", "ada@harbour.example"], "100,000 characters"),
        ([QUESTION, "--as", "ada@harbour.example", "--limit", "0"], "from 1 to 100"),
    ],
)
def test_bad_input_is_a_clear_error(library, arguments, said):
    with pytest.raises(CommandError, match=said):
        search(*arguments)


def test_what_is_shown_is_recorded_as_the_operators_act(library):
    library.add("Bicycles", TEXT)
    search(QUESTION, "--as", "ada@harbour.example", "--json")

    record = AuditRecord.objects.get(action="search.shown")

    assert record.actor_id is None
    subjects = json.loads(record.subjects)
    assert subjects["asker"] == Membership.objects.get().pk
    assert subjects["documents"] == [Document.objects.get().pk]
    assert QUESTION not in record.subjects
