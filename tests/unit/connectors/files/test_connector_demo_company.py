"""The demo company is a good example: its manifest has no mistake, and its people read what its README says."""

from pathlib import Path

import pytest
import yaml

from connectors.base import DocumentAccess, SourceDocument, SourcePrincipal
from connectors.files.connector import FilesConnector
from tests.contracts.connector_contract import BEGINNING, failures

COMPANY = Path(__file__).parents[4] / "examples" / "company"
PEOPLE = yaml.safe_load((COMPANY / "people.yaml").read_text())
BOARD_PACK = "finance/board/budget-2026-board-pack.md"
INCIDENT = "engineering/incidents/2025-11-telemetry-outage.md"
SALARIES = "hr/confidential/salaries-2026.md"


@pytest.fixture(scope="module")
def connector() -> FilesConnector:
    return FilesConnector({"path": str(COMPANY / "documents")})


@pytest.fixture(scope="module")
def documents(connector: FilesConnector) -> list[SourceDocument]:
    return [change for change in connector.changes(BEGINNING) if isinstance(change, SourceDocument)]


@pytest.fixture(scope="module")
def readable(connector: FilesConnector, documents: list[SourceDocument]) -> dict[str, set[str]]:
    """What each person reads, worked out here from the groups alone."""
    members = {group.principal: group.members for group in connector.groups()}

    def everyone_in(principal: SourcePrincipal, seen: frozenset[SourcePrincipal]) -> set[str]:
        if principal.kind == "user":
            return {principal.email}
        inner = members[principal] - seen
        return {email for one in inner for email in everyone_in(one, seen | inner)}

    def may_read(email: str, access: DocumentAccess) -> bool:
        return bool(access.reader_sets) and all(
            any(email in everyone_in(one, frozenset({one})) for one in readers.principals)
            for readers in access.reader_sets
        )

    emails = [person["email"] for person in PEOPLE["people"]]
    return {email: {one.id for one in documents if may_read(email, one.access)} for email in emails}


def test_nothing_is_wrong_or_left_out(connector, documents):
    assert connector.check() == []
    assert failures(connector) == {}
    assert len(documents) == 57


def test_two_conditions_hold_at_once(readable):
    assert [email for email, ids in readable.items() if BOARD_PACK in ids] == ["priya.raman@norvane.example"]
    assert [email for email, ids in readable.items() if INCIDENT in ids] == ["ada.moreau@norvane.example"]


def test_personal_data_stay_in_human_resources(readable):
    assert [email for email, ids in readable.items() if SALARIES in ids] == ["jonas.lindqvist@norvane.example"]


def test_the_contractor_reads_little_and_everybody_something_else(readable):
    assert len(readable["lena.fuchs@contractor.example"]) == 11
    assert len({frozenset(ids) for ids in readable.values()}) == len(PEOPLE["people"]) == 6


def test_an_outdated_policy_stands_beside_the_one_that_holds(documents):
    states = {one.id: one.status for one in documents if one.id.startswith("finance/travel-and-expense-policy")}
    assert states == {
        "finance/travel-and-expense-policy.md": "current",
        "finance/travel-and-expense-policy-2023.md": "superseded",
    }


def test_departments_of_people_and_documents_are_in_the_tree(documents):
    def names(departments):
        return [name for one in departments for name in (one["name"], *names(one.get("departments", [])))]

    known = names(PEOPLE["departments"])
    assert len(set(known)) == len(known)
    assert {person["department"] for person in PEOPLE["people"]} <= set(known)
    assert {one.access.department for one in documents} - {""} <= set(known)
