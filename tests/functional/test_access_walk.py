"""Random walks through the access model find no leak and no loss. `make prove-access` walks longer."""

import os
import sys

import pytest
from django.db import connection
from hypothesis import HealthCheck, Phase, seed
from hypothesis import settings as walking
from hypothesis.stateful import run_state_machine_as_test

from integrations.index.memory import MemoryIndex
from tests.functional.access_machine import AccessMachine

STEPS_A_WALK = 50
PARTS = 4
# A step takes up to twice as long with a server. There the walks are shorter, beside those on files.
USUAL_STEPS = {"sqlite": "2000", "postgresql": "500"}
STEPS = int(os.environ.get("WALK_STEPS", USUAL_STEPS[connection.vendor]))
ON_SERVER = connection.vendor == "postgresql"
"""There each step is committed as in the product; one transaction around thousands of steps slows a server down."""
PHASES = [Phase.generate] + [Phase.shrink] * (os.environ.get("WALK_SHRINK", "yes") == "yes")


def open_memory_index(*, model_id: str, dimension: int, **_: object) -> MemoryIndex:
    return MemoryIndex(model_id, dimension)


@pytest.mark.parametrize("part", range(PARTS))
@pytest.mark.django_db(databases=["default", "ledger"], transaction=ON_SERVER)
def test_nobody_sees_too_much_or_too_little(part: int, settings) -> None:
    settings.CONNECTORS = {"memory": "tests.factories.memory_source.MemoryConnector"}
    if part:  # one part goes through the real index, the others through the quicker one
        settings.INDEX_BACKEND = "tests.functional.test_access_walk.open_memory_index"
    walk(part, walks=max(1, STEPS // STEPS_A_WALK // PARTS))


def walk(part: int, *, walks: int) -> None:
    machine = seed(20261122 + part)(type("AccessWalk", (AccessMachine,), {}))
    run_state_machine_as_test(
        machine,
        settings=walking(
            max_examples=walks,
            stateful_step_count=STEPS_A_WALK,
            deadline=None,
            database=None,
            phases=PHASES,
            suppress_health_check=list(HealthCheck),
        ),
    )
    told = f"{AccessMachine.steps} steps, {AccessMachine.searches} searches, {AccessMachine.found} documents found, "
    told += f"{AccessMachine.crashes} crashes, {AccessMachine.asked_in_between} asked in the middle of a sync"
    sys.stdout.write(f"part {part}: {told}\n")
    assert AccessMachine.found > AccessMachine.steps, "walks that find nothing prove nothing"
    assert AccessMachine.crashes and AccessMachine.asked_in_between > AccessMachine.crashes
