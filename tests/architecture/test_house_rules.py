"""Every Python file keeps the house rules, and each rule sees a fault that is planted for it."""

import pytest

from tests.architecture import rules
from tests.architecture.tree import Module, project_modules

SERVICE = "ragportal/costs/services.py"


@pytest.mark.parametrize("rule", rules.RULES, ids=lambda rule: rule.__name__)
def test_the_project_keeps_the_rule(rule):
    assert not [fault for module in project_modules() for fault in rule(module)]


FAULTS = [
    (rules.no_junk_drawer, "ragportal/common/utils.py", ""),
    (rules.no_junk_drawer, "tests/test_helpers/one.py", ""),
    (rules.no_star_import, SERVICE, "from os import *"),
    (rules.no_print, SERVICE, "def f():\n    print(1)"),
    (rules.no_module_state, SERVICE, "cache = {}"),
    (rules.no_module_state, SERVICE, "seen: set[int] = set()"),
    (rules.no_module_state, SERVICE, "from collections import deque\nqueue = deque(maxlen=3)"),
    (rules.no_module_state, SERVICE, "names = [name for name in 'ab']"),
    (rules.no_module_state, SERVICE, "count = 0\ndef f():\n    global count\n    count += 1"),
    (rules.no_function_import, SERVICE, "def f():\n    import os"),
    (rules.no_function_import, SERVICE, "class A:\n    def f(self):\n        from os import path"),
    (rules.no_built_log_message, SERVICE, "logger.info(f'{name} came')"),
    (rules.no_built_log_message, SERVICE, "self.logger.warning('%s came' % name)"),
    (rules.no_built_log_message, SERVICE, "logger.error('{} came'.format(name))"),
    (rules.no_built_log_message, SERVICE, "logger.log(10, f'{name} came')"),
    (rules.no_long_file, SERVICE, "a = 1\n" * 401),
    (rules.no_long_function, SERVICE, "def f():\n" + "    a = 1\n" * 60),
    (rules.promises_are_written, SERVICE, "def spend(*, amount): ..."),
    (rules.promises_are_written, "ragportal/access/services/links.py", "def link(*, who): ..."),
    (
        rules.promises_are_written,
        "ragportal/costs/selectors.py",
        "class Report:\n    '''Sums.'''\n    def total(self): ...",
    ),
    (rules.promises_are_written, "integrations/llm/base.py", "class Model: ..."),
    (rules.services_take_keywords, SERVICE, "def spend(amount, price, tenant):\n    '''Spend.'''"),
    (rules.no_bypass, SERVICE, "def search(*, bypass_acl=False): ..."),
    (rules.no_bypass, SERVICE, "retrieve(question, skip_permissions=True)"),
    (rules.no_bypass, SERVICE, "scope.ignore_access = True"),
    (rules.scopes_have_one_builder, SERVICE, "AccessScope(allowed=everything)"),
    (rules.scopes_have_one_builder, "tests/unit/ragportal/search/test_services.py", "scope.AccessScope(allowed)"),
    (rules.scopes_have_one_builder, "ragportal/search/services.py", "AllowedRules(frozenset())"),
    (rules.environment_has_one_reader, SERVICE, "import os\nos.environ['X']"),
    (rules.environment_has_one_reader, SERVICE, "from os import getenv\ngetenv('X')"),
]

FINE = [
    (rules.no_star_import, "ragportal/settings/production.py", "from ragportal.settings.base import *"),
    (rules.no_module_state, SERVICE, "from collections.abc import Mapping\nLABELS: Mapping[str, int] = {'a': 1}"),
    (rules.no_module_state, SERVICE, "NAMES = ('a', 'b')\nIDS = frozenset({1})"),
    (rules.no_module_state, "ragportal/portal/urls.py", "urlpatterns = [1]"),
    (rules.no_built_log_message, SERVICE, "logger.info('%s documents', count)"),
    (rules.promises_are_written, SERVICE, "def _spend(*, amount): ..."),
    (rules.services_take_keywords, SERVICE, "def spend(amount, price, *, tenant): ..."),
    (rules.no_bypass, SERVICE, "def f(accessible): ..."),
    (rules.scopes_have_one_builder, "ragportal/access/scope.py", "AccessScope(AllowedRules(frozenset()))"),
    (rules.scopes_have_one_builder, "tests/contracts/test_index.py", "AllowedRules(frozenset())"),
]


@pytest.mark.parametrize(("rule", "path", "text"), FAULTS, ids=lambda value: getattr(value, "__name__", None))
def test_the_rule_sees_a_planted_fault(rule, path, text):
    faults = list(rule(Module.of(path, text)))
    assert faults
    assert faults[0].startswith(f"{path}:")


@pytest.mark.parametrize(("rule", "path", "text"), FINE, ids=lambda value: getattr(value, "__name__", None))
def test_the_rule_lets_good_code_pass(rule, path, text):
    assert not list(rule(Module.of(path, text)))


def test_no_rule_is_without_a_planted_fault():
    assert {rule for rule, _, _ in FAULTS} == set(rules.RULES)
