"""`make test` runs the tests on files and then on a server: one it was given, one it starts, or none, which it says."""

import os
import shutil
import subprocess
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[4]
SERVER = "postgresql://ragportal:secret@127.0.0.1:54320/ragportal"
GIVEN = "postgresql://ann:secret@db.example/portal"
STARTS = f"""
case $1 in
url) [ -f runs ] || exit 1; echo {SERVER} ;;
start) echo started >>calls; touch runs ;;
stop) echo stopped >>calls; rm runs ;;
esac
"""
CANNOT_START = 'echo "no server here" >&2; exit 1'


@pytest.fixture
def checkout(tmp_path):
    """The script with stand-ins for what it calls; tests write down the database they would run on."""
    make = tmp_path / "deploy" / "make"
    make.mkdir(parents=True)
    for name in ("test.sh", "words.sh"):
        shutil.copy(ROOT / "deploy" / "make" / name, make)
    for name in ("environment", "model", "browser", "lint"):
        (make / f"{name}.sh").write_text('[ -z "${DATABASE_URL:-}" ] || exit 3\n')
    python = tmp_path / ".venv" / "bin" / "python"
    python.parent.mkdir(parents=True)
    python.write_text('#!/bin/sh\necho "on ${DATABASE_URL:-files} ${LEDGER_DATABASE_URL:-}" >>calls\n')
    python.chmod(0o755)
    return tmp_path


def make_test(checkout, server, **variables):
    (checkout / "deploy" / "make" / "postgresql.sh").write_text(server)
    environment = {"PATH": os.environ["PATH"], **variables}
    done = subprocess.run(["sh", "deploy/make/test.sh"], cwd=checkout, env=environment, capture_output=True, text=True)
    return done, [line.strip() for line in (checkout / "calls").read_text().splitlines()]


def test_it_starts_a_server_and_stops_it_after(checkout):
    done, calls = make_test(checkout, STARTS)
    assert done.returncode == 0, done.stderr
    assert calls == ["on files", "started", f"on {SERVER}", "stopped"]
    assert [line.split("  ")[1] for line in done.stdout.splitlines() if " min " in line][-2:] == [
        "Tests on SQLite",
        "Tests on PostgreSQL",
    ]


def test_a_server_that_ran_before_runs_on(checkout):
    (checkout / "runs").touch()
    _, calls = make_test(checkout, STARTS)
    assert calls == ["on files", "started", f"on {SERVER}"]


def test_a_given_server_is_used_by_the_second_run_alone(checkout):
    done, calls = make_test(checkout, CANNOT_START, DATABASE_URL=GIVEN, LEDGER_DATABASE_URL=f"{GIVEN}2")
    assert done.returncode == 0, done.stderr
    assert calls == ["on files", f"on {GIVEN} {GIVEN}2"]


def test_without_a_server_it_says_what_it_skipped_and_why(checkout):
    done, calls = make_test(checkout, CANNOT_START)
    assert done.returncode == 0 and calls == ["on files"]
    assert "no server here" in done.stderr
    assert "Tests on PostgreSQL                        skipped" in done.stdout


def test_on_a_build_server_that_is_a_failure(checkout):
    done, _ = make_test(checkout, CANNOT_START, CI="yes")
    assert done.returncode == 1
    assert "no server here" in done.stderr and "did not run" in done.stderr


def test_the_build_server_says_that_it_is_one(checkout):
    shutil.copytree(ROOT / ".ci", checkout / ".ci")
    (checkout / "Makefile").write_text("test:\n\t@echo CI is $$CI\n")
    done = subprocess.run([".ci/run"], cwd=checkout, env={"PATH": os.environ["PATH"]}, capture_output=True, text=True)
    assert done.stdout == "CI is yes\n"
