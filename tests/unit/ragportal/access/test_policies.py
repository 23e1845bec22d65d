"""Policies narrow a scope and never widen it."""

from ragportal.access.asker import Situation
from ragportal.access.models import Channel
from ragportal.access.policies import with_ancestors
from ragportal.access.selectors import asker_of
from ragportal.access.services import (
    add_policy,
)
from ragportal.tenants.models import Role
from tests.factories.access import ADA, BEN, allowed, make_rule, user
from tests.factories.people import make_department, make_member


class TestPolicies:
    def test_restricted_documents_only_on_the_web(self, ada):
        rule, plain = make_rule([user(ADA)], classification="restricted"), make_rule([user(ADA)])
        add_policy(name="web only", on_classification="restricted", only_channel=Channel.WEB)
        assert allowed(ada) == {rule.pk, plain.pk}
        assert allowed(ada, Situation(Channel.SLACK)) == {plain.pk}

    def test_hr_documents_only_for_hr_and_the_departments_below(self, ada, ben, hr):
        payroll = make_department("payroll", parent=hr)
        clerk = asker_of(make_member("clerk@harbour.example", department=payroll))
        rule = make_rule([user(ADA), user(BEN), user("clerk@harbour.example")], department="payroll")
        assert rule.pk in allowed(ben)
        add_policy(name="hr for hr", on_department=hr, only_department=hr)
        assert allowed(ada) == {rule.pk}
        assert allowed(clerk) == {rule.pk}
        assert allowed(ben) == set()

    def test_a_policy_never_widens(self, ben):
        make_rule([user(ADA)])
        add_policy(name="everybody on the web", only_channel=Channel.WEB)
        assert allowed(ben) == set()

    def test_a_policy_that_demands_nothing_lets_nobody_pass(self, ada):
        make_rule([user(ADA)])
        add_policy(name="frozen")
        assert allowed(ada) == set()

    def test_a_role_may_be_demanded_and_two_demands_are_both_needed(self, ada, ben):
        officer = asker_of(make_member("sec@harbour.example", roles=[Role.SECURITY]))
        rule = make_rule([user(ADA), user("sec@harbour.example")])
        add_policy(name="officers", only_role=Role.SECURITY, only_channel=Channel.WEB)
        assert allowed(officer) == {rule.pk}
        assert allowed(officer, Situation(Channel.API)) == set()
        assert allowed(ada) == set()


class TestDepartments:
    PARENTS = {1: 2, 2: 3, 3: None, 4: 3}

    def test_one_lies_in_all_above_it(self):
        assert with_ancestors(1, self.PARENTS) == {1, 2, 3}
        assert with_ancestors(3, self.PARENTS) == {3}
        assert with_ancestors(None, self.PARENTS) == frozenset()

    def test_a_cycle_ends(self):
        assert with_ancestors(1, {1: 2, 2: 3, 3: 1}) == {1, 2, 3}
