"""A sync that is killed at any moment is finished by the next one: real processes, real files."""

import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from tests.factories.own_database import OwnDatabase

PROJECT = Path(__file__).parents[2]
DOCUMENTS = 400
NEW_TENANT = """
from ragportal.tenants.models import Tenant
Tenant.objects.create(slug="harbour", name="Harbour")
"""
CHECK = """
from ragportal.common.engines import the_index
from ragportal.common.tenancy import use_tenant
from ragportal.knowledge.models import Document, Version, WorkLock
from ragportal.tenants.models import Tenant

with use_tenant(Tenant.objects.get().pk):
    rows = Document.objects.values_list("pk", "current_version_id", "access_rule_id")
    differences = the_index().verify(rows)
    assert differences == [], differences
    assert not WorkLock.objects.exclude(process=0).exists()
    assert not Version.objects.exclude(state="published").exists()
"""


@pytest.fixture
def database(tmp_path):
    own = OwnDatabase(tmp_path / "var")
    yield own
    own.drop()


@pytest.fixture
def manage(tmp_path, database):
    """Start a command of a throw-away installation."""
    environment = {
        **os.environ,
        **database.variables,
        "RAGPORTAL_DATA_DIR": str(tmp_path / "var"),
        "DJANGO_SETTINGS_MODULE": "tests.factories.killed_settings",
    }

    def start(*words):
        command = [sys.executable, "manage.py", *words]
        return subprocess.Popen(command, cwd=PROJECT, env=environment, stdout=subprocess.PIPE, stderr=subprocess.PIPE)

    return start


def result_of(process):
    out, err = process.communicate(timeout=300)
    assert process.returncode == 0, err.decode()
    return out


def wait_for_documents(database, rows):
    """Until so many documents are stored."""
    end = time.monotonic() + 120
    while database.count("knowledge_document") < rows:
        assert time.monotonic() < end, "the sync did not come that far"
        time.sleep(0.01)


def test_a_killed_sync_is_finished_by_the_next(manage, database, tmp_path):
    folder = tmp_path / "docs"
    folder.mkdir()
    for number in range(DOCUMENTS):
        (folder / f"page-{number}.md").write_text(f"# Page {number}\n\nHotels cost {number} euros.")
    for alias in ("default", "ledger"):
        result_of(manage("migrate", "-v0", "--database", alias))
    result_of(manage("shell", "-v0", "-c", NEW_TENANT))
    result_of(manage("add_source", "files", f"path={folder}", "readers=members", "--name", "Docs"))

    for rows in (1, DOCUMENTS // 2):
        killed = manage("sync", "Docs")
        wait_for_documents(database, rows)
        killed.send_signal(signal.SIGKILL)
        killed.communicate()

    assert json.loads(result_of(manage("sync", "Docs", "--json")))["state"] == "done"
    listed = json.loads(result_of(manage("sources", "--json")))["sources"]
    assert [(source["documents"], source["failures"]) for source in listed] == [(DOCUMENTS, [])]
    result_of(manage("shell", "-v0", "-c", CHECK))
