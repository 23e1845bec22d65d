"""The script of the virtual environment where it is met: bare, interrupted, moved, read-only, in a path with spaces."""

import os
import shutil
import stat
import subprocess
import sys
import tempfile
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[4]
NOBODY = 65534


@pytest.fixture
def checkout(tmp_path):
    """A folder with the scripts, and locks that name no package."""
    folder = tmp_path / "a b" / "portal's own"
    shutil.copytree(ROOT / "deploy" / "make", folder / "deploy" / "make")
    (folder / "requirements").mkdir()
    for name in ("base", "dev"):
        (folder / "requirements" / f"{name}.txt").write_text("")
    return folder


@pytest.fixture
def this_python(tmp_path):
    """A PATH on which this test's own interpreter is the only Python."""
    return path_with(tmp_path / "bin", f'exec "{sys.executable}" "$@"')


def path_with(folder: Path, script: str) -> str:
    """A PATH with the plain tools, and with `script` as python3.12; other Pythons are hidden by failing ones."""
    folder.mkdir()
    for name in ("python3.11", "python3.12", "python3.13", "python3.14", "python3"):
        file = folder / name
        file.write_text(f"#!/bin/sh\n{script if name == 'python3.12' else 'exit 127'}\n")
        file.chmod(file.stat().st_mode | stat.S_IXUSR)
    return f"{folder}:/usr/bin:/bin"


def install(checkout: Path, path: str, wanted: str = "base", **options) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        ["dash" if shutil.which("dash") else "sh", "deploy/make/environment.sh", wanted],
        cwd=checkout,
        env={"PATH": path, "HOME": os.environ["HOME"]},
        capture_output=True,
        text=True,
        check=False,
        **options,
    )


def test_a_life_of_an_environment(checkout, this_python):
    first = install(checkout, this_python)
    assert (first.returncode, first.stderr) == (0, "")
    assert [line.split("  ")[1] for line in first.stdout.splitlines()] == [
        "Virtual environment (python3.12)",
        "Python packages (base)",
    ]

    assert install(checkout, this_python).stdout == "", "nothing is done twice"

    (checkout / ".venv" / "installed-base").unlink()
    assert install(checkout, this_python).stdout.count("\n") == 1, "an interrupted installation is done again"

    assert "Python packages (dev)" in install(checkout, this_python, "dev").stdout
    assert install(checkout, this_python, "base").stdout == "", "the development packages contain the base ones"

    (checkout / "requirements" / "base.txt").write_text("# another lock\n")
    assert "Python packages (base)" in install(checkout, this_python).stdout, "another lock is installed"

    (checkout / "requirements" / "base.txt").write_text("django==5.2\n")
    failed = install(checkout, this_python)
    assert failed.returncode == 1
    assert "requirements/base.txt were not installed" in failed.stderr
    assert "require-hashes" in failed.stderr, "the reason is shown"
    assert not list(checkout.glob(".venv/installed-*")), "a failed installation leaves no stamp"

    (checkout / "requirements" / "base.txt").write_text("")
    moved = checkout.parent / "moved"
    checkout.rename(moved)
    assert "Virtual environment" in install(moved, this_python).stdout, "a moved environment is made anew"


def test_a_broken_environment_is_made_anew(checkout, this_python):
    (checkout / ".venv" / "bin").mkdir(parents=True)
    (checkout / ".venv" / "bin" / "python").symlink_to("/nowhere/python3.11")
    (checkout / ".venv" / "made-for").write_text(f"{checkout}\n")
    (checkout / ".venv" / "installed-base").write_text("of another time\n")
    assert install(checkout, this_python).returncode == 0
    assert (checkout / ".venv" / "bin" / "python").exists()


def test_no_python_is_named_with_what_to_install(checkout, tmp_path):
    run = install(checkout, path_with(tmp_path / "bin", "exit 127"))
    assert run.returncode == 1
    assert "No Python from 3.11 to 3.14" in run.stderr
    assert "apt-get install python3 python3-venv" in run.stderr


def test_a_python_without_ensurepip_is_named_with_the_package(checkout, tmp_path):
    without = f"""case "$*" in *ensurepip*) exit 1 ;; esac\nexec "{sys.executable}" "$@" """
    run = install(checkout, path_with(tmp_path / "bin", without))
    version = f"{sys.version_info.major}.{sys.version_info.minor}"
    assert run.returncode == 1
    assert f"apt-get install python{version}-venv" in run.stderr


@pytest.mark.skipif(os.geteuid() != 0, reason="only root may become another person")
def test_a_folder_of_somebody_else_is_named_before_anything_is_tried(this_python):
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        folder.chmod(0o755)
        shutil.copytree(ROOT / "deploy" / "make", folder / "deploy" / "make")
        run = install(folder, this_python, user=NOBODY)
    assert run.returncode == 1
    assert f"This folder cannot be written: {folder}" in run.stderr
