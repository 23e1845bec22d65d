"""Finding companies, people and departments."""

from collections import defaultdict

from ragportal.common.errors import InvalidInput, NotFound
from ragportal.common.tenancy import use_tenant
from ragportal.tenants.models import Department, Membership, Tenant, User


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


def department_ancestors(department_id: int) -> list[int]:
    """Ids from this department up to the root of its tree, itself first. [] if the current tenant has no such one."""
    parents = dict(Department.objects.values_list("pk", "parent_id"))
    path: list[int] = []
    step: int | None = department_id
    while step in parents and step not in path:  # the second half ends a cycle that came by hand into the database
        path.append(step)
        step = parents[step]
    return path


def department_subtree(department_id: int) -> frozenset[int]:
    """Ids of this department and all that lie in it. Empty if the current tenant has no such one."""
    children = defaultdict(list)
    known = set()
    for pk, parent in Department.objects.values_list("pk", "parent_id"):
        known.add(pk)
        children[parent].append(pk)
    found: set[int] = set()
    waiting = [department_id] if department_id in known else []
    while waiting:
        step = waiting.pop()
        if step not in found:
            found.add(step)
            waiting.extend(children[step])
    return frozenset(found)
