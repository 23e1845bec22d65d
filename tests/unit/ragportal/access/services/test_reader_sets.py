"""What a reader set and a rule made of several let in."""

import pytest

from tests.factories.access import ADA, BEN, allowed, make_rule, readers, user


class TestReaderSets:
    def test_one_principal_of_a_reader_set_is_enough(self, ada, ben):
        rule = make_rule([user(ADA), user("zoe@harbour.example")])
        assert allowed(ada) == {rule.pk}
        assert allowed(ben) == set()

    def test_every_reader_set_of_a_rule_must_contain_the_asker(self, ada, ben):
        both = make_rule([user(ADA), user(BEN)], [user(ADA)])
        assert allowed(ada) == {both.pk}
        assert allowed(ben) == set()

    def test_the_same_reader_set_twice_is_one_condition(self, ada):
        rule = make_rule([user(ADA)], [user(ADA)])
        assert rule.set_count == 1
        assert allowed(ada) == {rule.pk}

    @pytest.mark.parametrize("reader_sets", [(), ([],), ([user(ADA)], [])], ids=["none", "empty", "one empty"])
    def test_no_readers_means_nobody(self, ada, reader_sets):
        make_rule(*reader_sets)
        assert allowed(ada) == set()

    def test_a_rule_that_lost_a_condition_row_lets_nobody_in(self, ada):
        rule = make_rule([user(ADA)], [user(ADA), user(BEN)])
        rule.reader_set_rows.first().delete()
        assert allowed(ada) == set()

    def test_a_container_made_anew_does_not_inherit(self, ada):
        old = make_rule(readers(user(ADA), container=("space", "98304")))
        new = make_rule(readers(user(BEN), container=("space", "98305")))
        assert old.pk != new.pk
        assert allowed(ada) == {old.pk}

    def test_changed_readers_of_a_container_change_every_rule_under_it(self, ada):
        space = ("space", "98304")
        page = make_rule(readers(user(ADA), container=space), [user(ADA)])
        assert allowed(ada) == {page.pk}
        make_rule(readers(user(BEN), container=space))
        assert allowed(ada) == set()
        make_rule(readers(user(BEN), user(ADA), container=space))
        assert page.pk in allowed(ada)
