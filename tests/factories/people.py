"""A company, its departments and its people, as rows: no ledger is needed, and nothing is audited.

Departments and members are made for the current tenant, so these stand inside `with use_tenant(tenant.id)`.
"""

from collections.abc import Iterable

from django.utils import timezone

from ragportal.tenants.models import Department, Membership, MembershipRole, Role, Tenant, User


def make_tenant(slug: str = "harbour", name: str = "") -> Tenant:
    """A company without departments or people."""
    return Tenant.objects.create(slug=slug, name=name or slug.title())


def make_department(slug: str = "hr", parent: Department | None = None) -> Department:
    """A department of the current tenant."""
    return Department.objects.create(slug=slug, name=slug.upper(), parent=parent)


def make_member(
    email: str = "ada@harbour.example",
    *,
    department: Department | None = None,
    roles: Iterable[Role] = (Role.EMPLOYEE,),
    password: str | None = None,
    email_verified: bool = True,
) -> Membership:
    """An active member of the current tenant; an existing account with this address is joined, not changed."""
    user = User.objects.filter(email=email.lower()).first() or User.objects.create_user(
        email,
        password,
        name=email.partition("@")[0].title(),
        email_verified_at=timezone.now() if email_verified else None,
    )
    membership = Membership.objects.create(user=user, department=department)
    for role in roles:
        MembershipRole.objects.create(membership=membership, role=role)
    return membership
