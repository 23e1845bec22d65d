"""A chain to look at, and a way to do with the ledger what its triggers refuse."""

from collections.abc import Iterator

import pytest
from django.db import connections

from ragportal.audit.append_only import remove_triggers
from ragportal.audit.services import record

TENANT = 7


@pytest.fixture
def ledger(db: None) -> None:
    """The ledger of one test, rolled back after it."""


@pytest.fixture
def forger(ledger: None) -> Iterator[None]:
    """Somebody who owns the database and has dropped its triggers, but does not have the key."""
    remove_triggers(connections["ledger"])
    yield


@pytest.fixture
def chain(ledger: None) -> int:
    """A tenant with six records; the odd ones have a payload."""
    for number in range(1, 7):
        record(
            tenant_id=TENANT,
            action="question.answered",
            actor_id=number,
            subjects={"documents": [number, number + 1]},
            decision="answered",
            payload={"question": f"What is {number}?"} if number % 2 else None,
        )
    return TENANT
