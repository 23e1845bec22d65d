"""What an asker may search: the only place where an AccessScope is made."""

from dataclasses import dataclass
from functools import lru_cache

from django.utils import timezone

from integrations.index.base import AllowedRules
from ragportal.access.asker import Asker, Situation
from ragportal.access.policies import policies_for
from ragportal.access.scope_cache import Account, ScopeCache
from ragportal.common.tenancy import current_tenant_id
from ragportal.tenants.models import Membership

KEPT_RULES = 1_000_000
"""Rules kept by all cached scopes of a process together, about 100 bytes each."""


@dataclass(frozen=True, slots=True)
class AccessScope:
    """The rules one asker may read in one situation, as of the access change `number`.

    It filters a search. It is not a proof: what a search finds is read anew from today's tables
    (search.recheck) before anybody sees it.
    """

    asker: Asker
    situation: Situation
    allowed: AllowedRules
    number: int


def scope_for(asker: Asker, situation: Situation) -> AccessScope:
    """The asker's scope now. Every access change that is committed before the call is in it.

    Reader sets and groups come from a cache that is patched by change number; the person's own state,
    department and roles, and all policies, are read each time. An unknown or inactive person gets a
    scope that allows nothing. Raises NoCurrentTenant, or ValueError if another tenant is current.
    """
    if asker.tenant_id != current_tenant_id():
        raise ValueError("The asker belongs to another tenant than the current one.")
    account = _account(asker)
    if account is None or not (account[0] and account[1]):
        return AccessScope(asker=asker, situation=situation, allowed=AllowedRules(frozenset()), number=0)
    readable = scope_cache().readable(asker, account, timezone.now())
    policies = policies_for(asker, situation)
    permitted = frozenset(attributes for attributes in readable.by_attributes if policies.permit(attributes))
    return AccessScope(asker=asker, situation=situation, allowed=readable.allowed(permitted), number=readable.number)


@lru_cache(maxsize=1)
def scope_cache() -> ScopeCache:
    """This process's cache; tests that roll the database back clear it."""
    return ScopeCache(kept_rules=KEPT_RULES)


def _account(asker: Asker) -> Account | None:
    membership = Membership.objects.filter(pk=asker.membership_id)
    return membership.values_list("is_active", "user__is_active", "user__email", "user__email_verified_at").first()
