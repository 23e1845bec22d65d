"""`make run` hands folder and port over whatever characters they hold."""

import os
import shutil
import subprocess
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[4]


@pytest.fixture
def checkout(tmp_path):
    """Makefile and scripts with an environment whose Python writes down its arguments."""
    folder = tmp_path / "a b"
    shutil.copytree(ROOT / "deploy" / "make", folder / "deploy" / "make")
    shutil.copy(ROOT / "Makefile", folder)
    for script in ("environment.sh", "model.sh"):
        (folder / "deploy" / "make" / script).write_text("")
    python = folder / ".venv" / "bin" / "python"
    python.parent.mkdir(parents=True)
    python.write_text('#!/bin/sh\nfor argument in "$@"; do printf "%s\\n" "$argument"; done\n')
    python.chmod(0o755)
    return folder


@pytest.mark.parametrize(
    ("given", "arguments"),
    [
        ([], ["--port", "8000"]),
        (["PORT=8123"], ["--port", "8123"]),
        (["DOCS=../a folder"], ["--port", "8000", "--docs", "../a folder"]),
        (["""DOCS=/it's "mine" & yours; *"""], ["--port", "8000", "--docs", """/it's "mine" & yours; *"""]),
        (["DOCS=~/notes"], ["--port", "8000", "--docs", "/home/you/notes"]),
    ],
)
def test_what_is_typed_arrives(checkout, given, arguments):
    run = subprocess.run(
        ["make", "--silent", "run", *given],
        cwd=checkout,
        env={"PATH": os.environ["PATH"], "HOME": "/home/you"},
        capture_output=True,
        text=True,
        check=True,
    )
    assert run.stdout.splitlines() == ["manage.py", "run", *arguments]
