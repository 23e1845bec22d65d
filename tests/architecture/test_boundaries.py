"""`except Exception` stands at named boundaries only, where any failure is turned into a row, a page or a log line."""

import ast
from collections.abc import Iterator

import pytest

from tests.architecture.tree import Module, project_modules

# Path: what the boundary turns a failure into. An entry that is no longer needed fails as well.
BOUNDARIES = {
    "integrations/embeddings/onnx.py": "ModelMissing: tokenizer and runtime raise plain exceptions of their own",
    "integrations/index/embedded/text.py": "IndexDamaged or OSError: tantivy's panics derive from BaseException alone",
    "ragportal/knowledge/documents/prepare.py": "a Failure of one document, whatever a parser meets in it",
}

BROAD = ("Exception", "BaseException")


def broad_excepts(module: Module) -> Iterator[int]:
    """Lines that catch everything: `except:`, `except Exception`, a tuple with it, `suppress(Exception)`."""
    for node in ast.walk(module.tree):
        if isinstance(node, ast.ExceptHandler):
            caught = node.type.elts if isinstance(node.type, ast.Tuple) else [node.type]
        elif isinstance(node, ast.Call) and _name(node.func) == "suppress":
            caught = node.args
        else:
            continue
        if any(kind is None or _name(kind) in BROAD for kind in caught):
            yield node.lineno


def _name(node: ast.AST) -> str:
    return getattr(node, "id", getattr(node, "attr", ""))


def test_only_boundaries_catch_everything():
    found = {module.path for module in project_modules() if module.in_product and any(broad_excepts(module))}
    assert found == set(BOUNDARIES)


@pytest.mark.parametrize(
    ("text", "seen"),
    [
        ("try: f()\nexcept Exception: pass", True),
        ("try: f()\nexcept BaseException as error: raise", True),
        ("try: f()\nexcept: pass", True),
        ("try: f()\nexcept (ValueError, Exception): pass", True),
        ("with suppress(Exception): f()", True),
        ("with contextlib.suppress(BaseException): f()", True),
        ("try: f()\nexcept (ValueError, OSError): pass", False),
        ("with suppress(FileNotFoundError): f()", False),
    ],
)
def test_a_planted_broad_except_is_seen(text, seen):
    assert any(broad_excepts(Module.of("ragportal/search/services.py", text))) is seen
