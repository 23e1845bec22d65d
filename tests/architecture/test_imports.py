"""The import contracts of pyproject.toml hold, and each of them breaks when a fault is planted."""

import shutil
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

from tests.architecture.tree import PRODUCT, ROOT

CONTRACTS = tomllib.loads((ROOT / "pyproject.toml").read_text())["tool"]["importlinter"]["contracts"]

# Contract, then files and what is appended to them (a file that is not there yet is made).
FAULTS = [
    ("apps", {"ragportal/common/errors.py": "import ragportal.audit"}),
    ("apps", {"ragportal/knowledge/chunking/__init__.py": "import ragportal.search"}),
    ("apps", {"ragportal/access/__init__.py": "import ragportal.costs"}),
    ("apps", {"ragportal/costs/__init__.py": "import ragportal.access"}),
    ("apps", {"ragportal/newroom/__init__.py": ""}),
    ("wiring", {"ragportal/search/__init__.py": "import ragportal.settings.base"}),
    ("wiring", {"ragportal/audit/__init__.py": "import ragportal.celery"}),
    ("inside-apps", {"ragportal/costs/tasks.py": "", "ragportal/costs/services.py": "import ragportal.costs.tasks"}),
    (
        "inside-apps",
        {"ragportal/costs/services.py": "", "ragportal/costs/selectors.py": "import ragportal.costs.services"},
    ),
    ("inside-apps", {"ragportal/access/scope.py": "", "ragportal/access/policies.py": "import ragportal.access.scope"}),
    (
        "inside-apps",
        {"ragportal/knowledge/sync/views.py": "", "ragportal/knowledge/sync/tasks.py": "from . import views"},
    ),
    ("adapters-are-plain", {"connectors/base.py": "from django.conf import settings"}),
    ("adapters-are-plain", {"integrations/index/base.py": "import celery"}),
    ("adapters-are-plain", {"connectors/files/__init__.py": "from ragportal.common import errors"}),
    (
        "product-imports-ports",
        {"connectors/files/new.py": "", "ragportal/search/__init__.py": "import connectors.files.new"},
    ),
    (
        "product-imports-ports",
        {"integrations/index/new.py": "", "ragportal/search/__init__.py": "from integrations.index import new"},
    ),
    ("vendors", {"ragportal/search/__init__.py": "import tantivy"}),
    ("connectors", {"connectors/base.py": "import connectors.files"}),
    ("connectors", {"connectors/newsource/__init__.py": ""}),
    ("integrations", {"integrations/index/__init__.py": "import integrations.embeddings.base"}),
    ("integrations", {"integrations/newkind/__init__.py": ""}),
    (
        "no-cycles",
        {"integrations/index/base.py": "from . import new", "integrations/index/new.py": "from . import base"},
    ),
]


def broken(folder: Path, *options: str) -> str:
    """What lint-imports says about the tree in `folder`; empty if every contract is kept."""
    run = subprocess.run(
        [
            sys.executable,
            "-c",
            "from importlinter.cli import lint_imports_command as run; run()",
            "--no-cache",
            *options,
        ],
        cwd=folder,
        capture_output=True,
        text=True,
        check=False,
    )
    return "" if run.returncode == 0 else run.stdout + run.stderr


@pytest.fixture
def copy(tmp_path):
    """The packages and the contracts, to break."""
    shutil.copy(ROOT / "pyproject.toml", tmp_path)
    for package in PRODUCT:
        shutil.copytree(ROOT / package, tmp_path / package, ignore=shutil.ignore_patterns("__pycache__", "migrations"))
    return tmp_path


def test_every_contract_is_kept():
    assert not broken(ROOT)


@pytest.mark.parametrize(("contract", "fault"), FAULTS, ids=[contract for contract, _ in FAULTS])
def test_a_planted_fault_breaks_its_contract(copy, contract, fault):
    for path, text in fault.items():
        file = copy / path
        file.parent.mkdir(exist_ok=True)
        with file.open("a") as out:
            out.write(f"\n{text}\n")
    assert "BROKEN" in broken(copy, "--contract", contract)


def test_no_contract_is_without_a_planted_fault():
    assert {contract["id"] for contract in CONTRACTS} == {contract for contract, _ in FAULTS}
