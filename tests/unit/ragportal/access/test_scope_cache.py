"""A cached scope is patched, or built anew, and never behind."""

from ragportal.access.models import ReaderSet
from ragportal.access.scope import scope_for
from ragportal.access.services import (
    revoke,
)
from tests.factories.access import ADA, BEN, WEB, allowed, group, make_rule, readers, stored, user


class TestCache:
    def test_an_unchanged_scope_is_the_same_object(self, ada):
        make_rule([user(ADA)])
        assert scope_for(ada, WEB).allowed is scope_for(ada, WEB).allowed

    def test_a_new_rule_is_patched_in_without_a_rebuild(self, ada, django_assert_max_num_queries, monkeypatch):
        make_rule([user(ADA)])
        allowed(ada)
        rule = make_rule([user(ADA), user(BEN)])
        monkeypatch.setattr("ragportal.access.scope_cache.readable_rules", None)
        assert rule.pk in allowed(ada)

    def test_many_changes_at_once_give_the_same_as_a_rebuild(self, ada, monkeypatch):
        monkeypatch.setattr("ragportal.access.scope_cache.PATCH_LIMIT", 3)
        allowed(ada)
        rules = {make_rule([user(ADA), user(f"p{number}@harbour.example")]).pk for number in range(6)}
        assert allowed(ada) == rules

    def test_a_log_cut_behind_the_entry_rebuilds(self, ada, monkeypatch):
        monkeypatch.setattr("ragportal.access.changes.KEPT_CHANGES", 2)
        allowed(ada)
        rules = {make_rule([user(ADA), user(f"p{number}@harbour.example")]).pk for number in range(6)}
        assert allowed(ada) == rules

    def test_a_revocation_costs_no_rebuild(self, ada, monkeypatch):
        rule = make_rule(readers(user(ADA), group("g"), container=("space", "1")))
        assert allowed(ada) == {rule.pk}
        monkeypatch.setattr("ragportal.access.scope_cache.readable_rules", None)
        revoke(reader_set=ReaderSet.objects.get(), principal=stored(user(ADA)))
        assert allowed(ada) == set()

    def test_a_new_rule_of_known_reader_sets_is_patched_in(self, ada, monkeypatch):
        first = make_rule([user(ADA)])
        assert allowed(ada) == {first.pk}
        monkeypatch.setattr("ragportal.access.scope_cache.readable_rules", None)
        second = make_rule([user(ADA)], classification="public")
        assert allowed(ada) == {first.pk, second.pk}
