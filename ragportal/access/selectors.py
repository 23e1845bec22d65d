"""Reads of the access model for people and commands."""

from ragportal.access.asker import Asker
from ragportal.tenants.models import Membership


def asker_of(membership: Membership) -> Asker:
    """The member as an asker."""
    return Asker(tenant_id=membership.tenant.pk, membership_id=membership.pk, user_id=membership.user_id)
