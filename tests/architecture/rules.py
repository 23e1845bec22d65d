"""The house rules on Python files. Each rule takes a module and yields `path:line: what is wrong`."""

import ast
import re
from collections.abc import Iterator

from tests.architecture.tree import Module

LONGEST_FILE = 400
LONGEST_FUNCTION = 60
PROMISING = ("base", "services", "selectors")
ENVIRONMENT_READERS = ("manage.py", "ragportal/asgi.py", "ragportal/celery.py", "ragportal/settings/environment.py")
SCOPE_BUILDER = "ragportal/access/scope.py"

JUNK_DRAWER = re.compile(r"(^|_)(utils?|helpers?|misc|stuff)$")
BYPASS = re.compile(
    r"bypass|(skip|ignore|disable|no)_(acl|access|permission|scope|recheck)|(acl|access|permission)s?_(off|disabled)"
)
LOG_METHODS = ("debug", "info", "warning", "error", "exception", "critical", "log")
FUNCTIONS = (ast.FunctionDef, ast.AsyncFunctionDef)
MUTABLE_LITERALS = (ast.List, ast.Dict, ast.Set, ast.ListComp, ast.DictComp, ast.SetComp)
MUTABLE_CALLS = ("list", "dict", "set", "bytearray", "defaultdict", "deque", "Counter", "OrderedDict")
READ_ONLY_TYPES = ("Mapping", "Sequence", "Collection", "Iterable")
DJANGO_TABLES = ("urlpatterns", "__all__")


def _at(module: Module, node: ast.AST, what: str) -> str:
    return f"{module.path}:{getattr(node, 'lineno', 1)}: {what}"


def _name(node: ast.AST) -> str:
    """The last part of a name: `set` of `set`, `Counter` of `collections.Counter`."""
    return node.id if isinstance(node, ast.Name) else node.attr if isinstance(node, ast.Attribute) else ""


def no_junk_drawer(module: Module) -> Iterator[str]:
    for part in (*module.parts[:-1], module.stem):
        if JUNK_DRAWER.search(part):
            yield f"{module.path}:1: {part!r} says nothing; name the file after what it does"


def no_star_import(module: Module) -> Iterator[str]:
    if module.path.startswith("ragportal/settings/"):
        return  # a settings file is its base plus its differences
    for node in ast.walk(module.tree):
        if isinstance(node, ast.ImportFrom) and any(alias.name == "*" for alias in node.names):
            yield _at(module, node, "a star import hides where names come from")


def no_print(module: Module) -> Iterator[str]:
    for node in ast.walk(module.tree):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "print":
            yield _at(module, node, "print; a command writes to self.stdout, the rest logs")


def _is_writable(node: ast.Assign | ast.AnnAssign) -> bool:
    targets = node.targets if isinstance(node, ast.Assign) else [node.target]
    if any(_name(target) in DJANGO_TABLES for target in targets):
        return False
    if isinstance(node, ast.AnnAssign) and any(kind in ast.dump(node.annotation) for kind in READ_ONLY_TYPES):
        return False
    value = node.value
    return isinstance(value, MUTABLE_LITERALS) or (isinstance(value, ast.Call) and _name(value.func) in MUTABLE_CALLS)


def no_module_state(module: Module) -> Iterator[str]:
    """A table annotated as Mapping or Sequence is fine: the type checker keeps everybody from writing to it."""
    if not module.in_product or module.path.startswith("ragportal/settings/"):
        return
    for node in module.tree.body:
        if isinstance(node, ast.Assign | ast.AnnAssign) and _is_writable(node):
            yield _at(module, node, "state of a module; use a tuple, a frozenset or a Mapping")
    for node in ast.walk(module.tree):
        if isinstance(node, ast.Global):
            yield _at(module, node, "`global` is state of a module")


def no_function_import(module: Module) -> Iterator[str]:
    for function in ast.walk(module.tree):
        if isinstance(function, FUNCTIONS):
            for node in ast.walk(function):
                if isinstance(node, ast.Import | ast.ImportFrom):
                    yield _at(module, node, "an import inside a function hides what the module needs")


def no_built_log_message(module: Module) -> Iterator[str]:
    for node in ast.walk(module.tree):
        if not (isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute)) or not node.args:
            continue
        if node.func.attr in LOG_METHODS and _name(node.func.value).lower() in ("log", "logger", "_log", "logging"):
            message = node.args[1] if node.func.attr == "log" and len(node.args) > 1 else node.args[0]
            if not isinstance(message, ast.Constant | ast.Name):
                yield _at(module, node, "a log message is fixed text; what varies goes into its arguments")


def no_long_file(module: Module) -> Iterator[str]:
    lines = len(module.text.splitlines())
    if lines > LONGEST_FILE and "migrations" not in module.parts:
        yield f"{module.path}:1: {lines} lines, more than {LONGEST_FILE}"


def no_long_function(module: Module) -> Iterator[str]:
    for node in ast.walk(module.tree):
        if isinstance(node, FUNCTIONS) and (node.end_lineno or 0) - node.lineno >= LONGEST_FUNCTION:
            yield _at(module, node, f"{node.name} has more than {LONGEST_FUNCTION} lines")


def promises_are_written(module: Module) -> Iterator[str]:
    if not (module.in_product and module.is_any_of(*PROMISING)) or module.path.startswith("ragportal/settings/"):
        return
    classes = [node for node in module.tree.body if isinstance(node, ast.ClassDef)]
    for node in [child for owner in (module.tree, *classes) for child in owner.body]:
        if not isinstance(node, (ast.ClassDef, *FUNCTIONS)) or node.name.startswith("_") or node.name == "Meta":
            continue
        if not ast.get_docstring(node):
            yield _at(module, node, f"{node.name} is public and promises nothing")


def services_take_keywords(module: Module) -> Iterator[str]:
    """By position stand the subject and the object of the verb at most: `retrieve(question, scope)`."""
    if not (module.in_product and module.is_any_of("services")):
        return
    for node in module.tree.body:
        by_position = isinstance(node, FUNCTIONS) and len(node.args.posonlyargs) + len(node.args.args)
        if isinstance(node, FUNCTIONS) and not node.name.startswith("_") and by_position > 2:
            yield _at(module, node, f"{node.name} takes three arguments by position; put `*` before the third")


def no_bypass(module: Module) -> Iterator[str]:
    if not module.in_product:
        return
    for node in ast.walk(module.tree):
        names = (getattr(node, field, None) for field in ("arg", "id", "attr", "name"))
        for name in names:
            if isinstance(name, str) and BYPASS.search(name.lower()):
                yield _at(module, node, f"{name!r} sounds like a way around the access model; there is none")


def scopes_have_one_builder(module: Module) -> Iterator[str]:
    """A scope is built in one file, the filter it carries in its app; tests of an index make filters of their own."""
    if module.path == SCOPE_BUILDER:
        return
    outside = module.parts[0] == "ragportal" and module.parts[1:2] != ("access",)
    guarded = ("AccessScope", "AllowedRules") if outside else ("AccessScope",)
    for node in ast.walk(module.tree):
        if isinstance(node, ast.Call) and _name(node.func) in guarded:
            yield _at(module, node, f"{_name(node.func)} is built in ragportal/access alone")


def environment_has_one_reader(module: Module) -> Iterator[str]:
    if not (module.in_product or module.path == "manage.py") or module.path in ENVIRONMENT_READERS:
        return
    for node in ast.walk(module.tree):
        if isinstance(node, ast.Attribute | ast.Name) and _name(node) in ("environ", "getenv"):
            yield _at(module, node, "the environment is read in ragportal/settings/environment.py")


RULES = (
    no_junk_drawer,
    no_star_import,
    no_print,
    no_module_state,
    no_function_import,
    no_built_log_message,
    no_long_file,
    no_long_function,
    promises_are_written,
    services_take_keywords,
    no_bypass,
    scopes_have_one_builder,
    environment_has_one_reader,
)
