"""Finding tenants and people."""

from ragportal.common.errors import InvalidInput, NotFound
from ragportal.common.tenancy import use_tenant
from ragportal.tenants.models import Membership, Tenant, User


def find_tenant(slug: str) -> Tenant:
    """The tenant with this short name. Raises NotFound."""
    tenant = Tenant.objects.filter(slug=slug).first()
    if tenant is None:
        raise NotFound(f"There is no tenant {slug!r}.", todo="Check the spelling of its short name.")
    return tenant


def tenants_of(user: User) -> list[Tenant]:
    """The tenants of which this person is an active member, by short name; none for a closed account.

    Needs no current tenant.
    """
    if not user.is_active:
        return []
    return list(Tenant.objects.filter(memberships__user=user, memberships__is_active=True).order_by("slug"))


def membership_of(*, email: str, tenant_slug: str | None) -> Membership:
    """The active membership of this person, with its user, tenant and department loaded; needs no current tenant.

    The caller goes on in `use_tenant(membership.tenant_id)`. Raises NotFound for an unknown tenant and for somebody who
    is no active member there, InvalidInput where `tenant_slug` is None and several tenants come into question.
    """
    address = email.strip().lower()
    wanted = find_tenant(tenant_slug) if tenant_slug is not None else None
    user = User.objects.filter(email=address).first()
    tenants = tenants_of(user) if user else []
    if wanted is not None:
        tenants = [tenant for tenant in tenants if tenant == wanted]
    if not tenants:
        place = f" of {wanted.slug}" if wanted else " of any tenant"
        raise NotFound(f"{address!r} is no active member{place}.", todo="Check the spelling of the e-mail address.")
    if len(tenants) > 1:
        names = " and ".join(tenant.slug for tenant in tenants)
        raise InvalidInput(f"--tenant is required because {address} is a member of {names}.")
    with use_tenant(tenants[0].pk):
        return Membership.objects.select_related("user", "tenant", "department").get(user=user)
