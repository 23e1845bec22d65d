"""Reads of the access model for people and commands."""

from dataclasses import dataclass
from datetime import datetime

from django.utils import timezone

from ragportal.access.as_of import hidden_from, is_alarming
from ragportal.access.asker import Asker
from ragportal.access.models import SourceAccess
from ragportal.tenants.models import Membership


@dataclass(frozen=True, slots=True)
class AccessAge:
    """Since when the permissions of a source are known. `alarm`: administrators should look at it; `hidden`: nobody
    reads its documents any more."""

    as_of: datetime
    alarm: bool
    hidden: bool


def asker_of(membership: Membership) -> Asker:
    """The member as an asker."""
    return Asker(tenant_id=membership.tenant.pk, membership_id=membership.pk, user_id=membership.user_id)


def access_age(*, source_id: int) -> AccessAge | None:
    """How old what is known of a source's permissions is; None = nothing is known, so nobody reads its documents."""
    as_of = SourceAccess.objects.filter(source_id=source_id).values_list("as_of", flat=True).first()
    now = timezone.now()
    return None if as_of is None else AccessAge(as_of, is_alarming(as_of, now), hidden_from(as_of) <= now)
