"""`manage.py run` as people meet it: starting, stopping, starting again, and everything that can be in its way."""

import json
import os
import signal
import socket
import sys
import time

import pytest

from tests.factories.installation import Installation
from tests.factories.process_tree import command_of

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="processes are looked at through /proc")
OWEN = "owen.clarke@norvane.example"
FILES = 400
PARTS = ("serve", "threads", "solo", "ragportal.portal.running.clock")
"""A word in the command of each process that `manage.py run` keeps alive."""


@pytest.fixture(scope="module")
def loaded(tmp_path_factory):
    """An installation after its first start and an orderly end."""
    installation = Installation(tmp_path_factory.mktemp("loaded"))
    run = installation.run().wait_until_ready()
    assert run.stop() == 0, run.said
    yield installation
    installation.end()


@pytest.fixture
def installation(loaded, tmp_path):
    """A copy of it, so that its demo company need not be loaded once more."""
    copy = Installation(tmp_path, like=loaded)
    yield copy
    copy.end()


@pytest.fixture
def fresh(tmp_path):
    installation = Installation(tmp_path)
    yield installation
    installation.end()


@pytest.fixture
def docs(tmp_path):
    """So many files that their sync can be met while it runs."""
    folder = tmp_path / "my notes"
    folder.mkdir()
    for number in range(FILES):
        (folder / f"note-{number}.md").write_text(f"# Note {number}\n\n" + f"Pump {number} is checked weekly. " * 60)
    return folder


def test_the_first_start_tells_where_and_as_whom_to_sign_in(loaded):
    said = loaded.runs[0].said
    assert loaded.runs[0].address in said
    assert "57 documents" in said
    assert said.count("@norvane.example") == 5 and said.count("@contractor.example") == 1
    assert "Traceback" not in said and "Warning" not in said
    assert said.rstrip().endswith("Stopped.")


def test_the_password_differs_by_installation_and_is_readable_by_the_owner_alone(loaded):
    file = loaded.data / "secrets" / "demo.password"
    assert file.read_text().startswith(loaded.runs[0].password)
    assert file.stat().st_mode & 0o077 == 0
    assert len(loaded.runs[0].password) >= 16


def test_the_second_start_answers_at_once_and_a_second_run_is_told_so(installation):
    run = installation.run().wait_until_ready()
    page = run.visitor()
    page.sign_in(OWEN, run.password)
    assert "48 euros" in page.post("/norvane/ask", question="How much is the daily meal allowance when I travel?")
    assert "--surface" in page.get("/static/portal/portal.css")

    second = installation.run()
    assert second.process.wait(60) == 1
    assert f"{run.address}/ (process {run.process.pid})" in second.said
    assert "Traceback" not in second.said
    assert page.get("/sign-in")

    assert run.stop(signal.SIGTERM) == 0
    assert "Traceback" not in run.said


def test_a_taken_port_is_named_before_anything_is_loaded(fresh):
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        port = other.getsockname()[1]
        run = fresh.run(port=port)
        assert run.process.wait(60) == 1
    assert f"Port {port} is taken" in run.said and "make run PORT=" in run.said
    assert not fresh.database.has_tables()


@pytest.mark.parametrize("folder", ["nowhere", "a-file"])
def test_a_folder_that_cannot_be_read_stops_before_anything_else(fresh, tmp_path, folder):
    (tmp_path / "a-file").write_text("")
    run = fresh.run(f"--docs={tmp_path / folder}")
    assert run.process.wait(60) == 1
    assert f"{tmp_path / folder} cannot be read" in run.said and "DOCS=" in run.said
    assert not fresh.database.has_tables()
    assert not (fresh.data / "run.lock").exists()


def test_an_interrupted_first_load_is_completed_by_the_next_start(fresh):
    run = fresh.run()
    run.wait_until(lambda: any("load_company" in command_of(child) for child in run.children))
    time.sleep(1.0)
    children = run.children
    assert run.stop() == 130
    assert "the next start goes on from there" in run.said
    assert "Traceback" not in run.said
    assert not any(command_of(child) for child in children)

    again = fresh.run().wait_until_ready()
    assert "57 documents" in again.said
    assert again.stop() == 0


def test_a_folder_is_taken_in_beside_the_server_and_by_the_next_start_after_a_kill(installation, docs):
    run = installation.run(f"--docs={docs}").wait_until_ready()
    run.wait_until(lambda: is_syncing(installation))
    children = run.children
    page = run.visitor()
    page.sign_in(OWEN, run.password)
    assert "48 euros" in page.post("/norvane/ask", question="How much is the daily meal allowance when I travel?")
    run.stop(signal.SIGKILL)

    again = installation.run(f"--docs={docs}/").wait_until_ready()  # it waits for the parts of the killed run to end
    assert not any(command_of(child) for child in children)
    again.wait_for("my notes: ")
    again.wait_until(lambda: documents_of(installation, "my notes") == FILES)
    assert documents_of(installation, "Company documents") == 58
    assert again.stop() == 0


def test_the_end_of_the_server_ends_the_sync_and_leaves_no_trace_back(installation, docs):
    run = installation.run(f"--docs={docs}").wait_until_ready()
    run.wait_until(lambda: is_syncing(installation))
    children = run.children
    began = time.monotonic()
    assert run.stop() == 0
    assert time.monotonic() - began < 7
    assert not any(command_of(child) for child in children)
    assert "Traceback" not in run.said
    [count] = json.loads(installation.manage("work", "--json"))["counts"]
    assert (count["queue"], count["state"]) == ("sync", "waiting")


def test_every_part_that_is_killed_is_started_again_and_the_work_goes_on(installation, docs):
    run = installation.run(f"--docs={docs}").wait_until_ready()
    run.wait_until(lambda: is_syncing(installation))
    parts = {part: pid_of(run, part) for part in PARTS}
    for part, process in parts.items():
        os.kill(process, signal.SIGKILL)
        run.wait_until(lambda part=part, process=process: pid_of(run, part) not in (0, process))
    assert run.said.count("it is started again in") == len(PARTS)

    run.visitor().wait_until_there(60)
    run.wait_until(lambda: documents_of(installation, "my notes") == FILES)
    children = run.children
    assert run.stop() == 0
    assert not any(command_of(child) for child in children)
    assert json.loads(installation.manage("work", "--json"))["dead"] == []


def is_syncing(installation):
    counts = json.loads(installation.manage("work", "--json"))["counts"]
    return any((count["queue"], count["state"]) == ("sync", "running") for count in counts)


def documents_of(installation, name):
    sources = json.loads(installation.manage("sources", "--json"))["sources"]
    return next(source["documents"] for source in sources if source["name"] == name)


def pid_of(run, part):
    """The first process whose command has this word; 0 where there is none."""
    return next((child for child in run.children if f" {part} " in command_of(child)), 0)
