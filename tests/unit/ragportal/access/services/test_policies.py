"""Writing policies: complete, named once, effective at once."""

import pytest
from django.core.exceptions import ValidationError

from ragportal.access.models import Channel
from ragportal.access.services import add_policy, remove_policy, set_policy_enabled
from tests.factories.access import ADA, allowed, make_rule, user


def test_a_name_is_used_once(tenant):
    add_policy(name="web", only_channel=Channel.WEB)
    with pytest.raises(ValidationError):
        add_policy(name="web", only_channel=Channel.API)


@pytest.mark.parametrize("wrong", [{"only_channel": "fax"}, {"on_classification": "secret"}, {"only_role": "king"}])
def test_an_unknown_value_is_refused(tenant, wrong):
    with pytest.raises(ValidationError):
        add_policy(name="odd", **wrong)


def test_switching_and_removing_counts_at_the_next_question(ada):
    rule = make_rule([user(ADA)])
    policy = add_policy(name="api", only_channel=Channel.API)
    assert allowed(ada) == set()
    set_policy_enabled(policy=policy, enabled=False)
    assert allowed(ada) == {rule.pk}
    set_policy_enabled(policy=policy, enabled=True)
    assert allowed(ada) == set()
    remove_policy(policy=policy)
    assert allowed(ada) == {rule.pk}
