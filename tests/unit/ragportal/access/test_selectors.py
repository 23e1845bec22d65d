"""A member as an asker."""

from ragportal.access.selectors import asker_of


def test_an_asker_is_ids_alone(membership):
    asker = asker_of(membership)
    assert (asker.tenant_id, asker.membership_id, asker.user_id) == (
        membership.tenant_id,
        membership.pk,
        membership.user_id,
    )
