"""Unit tests stand where their code stands: tests/unit/<path>/test_<module>.py."""

from collections.abc import Iterator
from pathlib import PurePosixPath

import pytest

from tests.architecture.tree import Module, project_files, project_modules

# What decides or writes must have unit tests of its own; ports and adapters have contract suites, pages journeys.
MUST_HAVE_TESTS = ("services", "selectors", "scope", "policies", "explanations")


def without_code(files: tuple[str, ...]) -> Iterator[str]:
    """Unit tests that no code stands behind. test_scope_cache.py may belong to scope_cache.py, scope.py or scope/."""
    known = {str(PurePosixPath(path).with_suffix("")) for path in files}
    known |= {str(parent) for path in files for parent in PurePosixPath(path).parents}
    for path in map(PurePosixPath, files):
        if path.parts[:2] != ("tests", "unit") or not path.name.startswith("test_"):
            continue
        words = path.stem.removeprefix("test_").split("_")
        room = PurePosixPath(*path.parts[2:-1])
        if not any(str(room / "_".join(words[:count])) in known for count in range(len(words), 0, -1)):
            yield f"{path} mirrors no file in {room}/"


def without_tests(modules: tuple[Module, ...], files: tuple[str, ...]) -> Iterator[str]:
    """Modules that decide or write, have code, and have no unit test at their place."""
    for module in modules:
        if not module.in_product or not module.is_any_of(*MUST_HAVE_TESTS) or module.stem == "__init__":
            continue
        place = f"tests/unit/{PurePosixPath(module.path).parent}/test_{module.stem}"
        if not any(path.startswith(place) for path in files):
            yield f"{module.path} has no {place}.py"


def test_each_unit_test_stands_at_its_code():
    assert not list(without_code(project_files()))


def test_what_decides_or_writes_has_unit_tests():
    assert not list(without_tests(project_modules(), project_files()))


@pytest.mark.parametrize(
    ("test", "code", "fine"),
    [
        ("tests/unit/ragportal/access/test_scope.py", "ragportal/access/scope.py", True),
        ("tests/unit/ragportal/access/test_scope_expiry.py", "ragportal/access/scope.py", True),
        ("tests/unit/ragportal/access/test_services.py", "ragportal/access/services/links.py", True),
        ("tests/unit/ragportal/access/test_scope.py", "ragportal/search/scope.py", False),
        ("tests/unit/test_scope.py", "ragportal/access/scope.py", False),
        ("tests/unit/ragportal/access/test_scopes.py", "ragportal/access/scope.py", False),
    ],
)
def test_a_misplaced_test_is_seen(test, code, fine):
    assert (not list(without_code((test, code)))) is fine


@pytest.mark.parametrize(
    ("code", "test", "fine"),
    [
        ("ragportal/costs/services.py", "tests/unit/ragportal/costs/test_services.py", True),
        ("ragportal/costs/services/prices.py", "tests/unit/ragportal/costs/services/test_prices.py", True),
        ("ragportal/costs/services.py", "tests/unit/ragportal/audit/test_services.py", False),
    ],
)
def test_a_missing_test_is_seen(code, test, fine):
    assert (not list(without_tests((Module.of(code, ""),), (code, test)))) is fine
