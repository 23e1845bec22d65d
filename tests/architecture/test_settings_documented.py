"""Every variable that a settings file reads stands in docs/settings.md, and every variable named there is read."""

import ast
import re
from collections.abc import Iterator

import pytest

from tests.architecture.tree import ROOT, Module, project_modules

PAGE = "docs/settings.md"
NAMED = re.compile(r"`((?:RAGPORTAL|DATABASE|LEDGER)_[A-Z0-9_]+)`")
SECRETS = ("env_secret", "env_database")


def variables_read(module: Module) -> Iterator[str]:
    """Names given to env_str, env_int and their like; a secret may come from a file, so it counts twice."""
    for node in ast.walk(module.tree):
        if not isinstance(node, ast.Call):
            continue
        reader = getattr(node.func, "attr", getattr(node.func, "id", ""))
        if not reader.startswith("env_"):
            continue
        if not node.args or not isinstance(node.args[0], ast.Constant):
            raise AssertionError(f"{module.path}:{node.lineno}: the name of a variable is written out")
        yield str(node.args[0].value)
        if reader in SECRETS:
            yield f"{node.args[0].value}_FILE"


def settings_files() -> list[Module]:
    return [
        module
        for module in project_modules()
        if module.path.startswith("ragportal/settings/") and module.stem != "environment"
    ]


def test_the_page_and_the_settings_name_the_same_variables():
    read = {name for module in settings_files() for name in variables_read(module)}
    assert set(NAMED.findall((ROOT / PAGE).read_text())) == read


@pytest.mark.parametrize("name", ["embedded", "production"])
def test_a_settings_file_ends_by_naming_bad_values(name):
    last = Module.of(name, (ROOT / "ragportal" / "settings" / f"{name}.py").read_text()).tree.body[-1]
    assert ast.unparse(last) == "env.finish()"


def test_each_way_of_reading_is_seen():
    module = Module.of(
        "ragportal/settings/base.py",
        """
A = env.env_int('RAGPORTAL_A', default=1)
B = [env_secret('RAGPORTAL_B')]
C = env.env_database('C', required=True)
""",
    )
    assert set(variables_read(module)) == {"RAGPORTAL_A", "RAGPORTAL_B", "RAGPORTAL_B_FILE", "C", "C_FILE"}


def test_a_computed_name_is_refused():
    with pytest.raises(AssertionError):
        list(variables_read(Module.of("ragportal/settings/base.py", "A = env.env_int(f'RAGPORTAL_{x}')")))
