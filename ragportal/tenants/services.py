"""Changing companies, their departments and their people.

Each change is one transaction whose last step is its audit record: if that fails, nothing was changed. All but
`create_tenant` work on the current tenant. `actor_id` is the membership of who did it, None = the operator at the
command line. Errors are InvalidInput or NotFound in words for people.

Access reads department, roles and active flags anew at each question, so a change here holds from the next question
on, and nobody needs to be told.
"""

from collections.abc import Iterable, Mapping
from typing import Any

from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.db import models, transaction
from django.db.models import Max
from django.utils import timezone

from ragportal.audit import services as audit
from ragportal.common.errors import InvalidInput, NotFound
from ragportal.common.rows import tenant_transaction
from ragportal.common.tenancy import current_tenant_id, use_tenant
from ragportal.tenants.models import (
    Department,
    ExampleQuestion,
    GlossaryTerm,
    Membership,
    MembershipRole,
    Role,
    Tenant,
    User,
)

UNCHANGED = "Nothing was changed."


def create_tenant(*, slug: str, name: str, actor_id: int | None = None) -> Tenant:
    """A new company, without departments or people. `slug`: its short name, unique, letters, digits, - and _.

    Needs no current tenant.
    """
    with transaction.atomic():
        tenant = Tenant(slug=slug.strip(), name=name.strip())
        _save(tenant)
        with use_tenant(tenant.pk):
            _audit("tenant.created", actor_id, {"slug": tenant.slug})
    return tenant


def create_department(
    *, slug: str, name: str, parent: Department | None = None, actor_id: int | None = None
) -> Department:
    """A new department, in `parent` if given. `slug` is unique in the tenant."""
    with tenant_transaction():
        department = Department(slug=slug.strip(), name=name.strip(), parent=parent)
        _save(department)
        _audit("department.created", actor_id, {"department": department.pk, "parent": department.parent_id})
    return department


def add_member(  # noqa: PLR0913 (a person's form; all by name)
    *,
    email: str,
    name: str,
    department: Department | None,
    roles: Iterable[Role],
    password: str | None = None,
    email_verified: bool = False,
    actor_id: int | None = None,
) -> Membership:
    """Make a person a member of the current tenant.

    `email_verified` = the caller has proof that the address is theirs: an answered mail, or an identity provider whose
    domain the tenant has proven. Access by e-mail rests on it. Without a password they cannot sign in with one.
    A person who has an account in another tenant keeps its name and password; they join only if their address
    was proven there, as anybody could have opened an account in their name.
    """
    with tenant_transaction():
        user = _existing_account(email, password) or _open_account(email, name, password, email_verified)
        membership = Membership(user=user, department=department)
        _save(membership)
        _write_roles(membership, roles)
        _audit(
            "member.added",
            actor_id,
            {"membership": membership.pk, "department": membership.department_id, "roles": _role_names(membership)},
            payload={"email": user.email, "name": user.name},
        )
    return membership


def deactivate_member(*, membership: Membership, actor_id: int | None = None) -> None:
    """From now on this person may ask nothing here. Roles and department stay noted for a return.

    Raises InvalidInput for the last active owner.
    """
    with tenant_transaction():
        row = _locked(membership)
        _refuse_last_owner(row)
        row.is_active = False
        _save(row)
        _audit("member.deactivated", actor_id, {"membership": row.pk})


def reactivate_member(*, membership: Membership, actor_id: int | None = None) -> None:
    """Take a deactivated person back, with the department and roles they had."""
    with tenant_transaction():
        row = _locked(membership)
        row.is_active = True
        _save(row)
        _audit("member.reactivated", actor_id, {"membership": row.pk, "roles": _role_names(row)})


def set_department(*, membership: Membership, department: Department | None, actor_id: int | None = None) -> None:
    """Move a person to another department, None = to none."""
    with tenant_transaction():
        row = _locked(membership)
        before, row.department = row.department_id, department
        _save(row)
        _audit(
            "member.department_set", actor_id, {"membership": row.pk, "before": before, "department": row.department_id}
        )


def set_roles(*, membership: Membership, roles: Iterable[Role], actor_id: int | None = None) -> None:
    """Replace a person's roles. Raises InvalidInput for no or an unknown role, and for taking the last owner away."""
    with tenant_transaction():
        row = _locked(membership)
        before, wanted = _role_names(row), list(roles)
        if Role.OWNER not in wanted:
            _refuse_last_owner(row)
        row.roles.all().delete()
        _write_roles(row, wanted)
        _audit("member.roles_set", actor_id, {"membership": row.pk, "before": before, "roles": _role_names(row)})


def add_glossary_term(*, acronym: str, expansion: str, actor_id: int | None = None) -> GlossaryTerm:
    """Teach the search what an acronym of this company stands for."""
    with tenant_transaction():
        term = GlossaryTerm(acronym=acronym.strip(), expansion=expansion.strip())
        _save(term)
        _audit("glossary.term_added", actor_id, {"term": term.pk})
    return term


def add_example_question(*, text: str, actor_id: int | None = None) -> ExampleQuestion:
    """Show a question on the ask page, behind those that are there."""
    with tenant_transaction():
        last = ExampleQuestion.objects.aggregate(last=Max("position"))["last"]
        question = ExampleQuestion(text=text.strip(), position=0 if last is None else last + 1)
        _save(question)
        _audit("example.question_added", actor_id, {"question": question.pk})
    return question


def _existing_account(email: str, password: str | None) -> User | None:
    """The account that joins. Raises InvalidInput where joining could hand it, or this tenant, to a stranger."""
    user = User.objects.filter(email=email.strip().lower()).first()
    if user is None:
        return None
    if not user.is_active:
        raise InvalidInput(f"The account of {user.email} is closed.", kept=UNCHANGED)
    if Membership.objects.filter(user=user).exists():
        raise InvalidInput(f"{user.email} is already in this company, active or deactivated.", kept=UNCHANGED)
    if user.email_verified_at is None:
        raise InvalidInput(
            f"There is an account for {user.email}, but its address was never proven.",
            kept=UNCHANGED,
            todo="Its owner proves the address first.",
        )
    if password is not None:
        raise InvalidInput(
            f"{user.email} has an account with a password of its own.", kept=UNCHANGED, todo="Leave the password out."
        )
    return user


def _open_account(email: str, name: str, password: str | None, email_verified: bool) -> User:
    user = User(email=email.strip().lower(), name=name.strip())
    user.email_verified_at = timezone.now() if email_verified else None
    if password is not None:
        try:
            validate_password(password, user)
        except ValidationError as error:
            raise InvalidInput(" ".join(error.messages), kept=UNCHANGED) from error
    user.set_password(password)
    _save(user)
    return user


def _locked(membership: Membership) -> Membership:
    """The row as it is now, in this tenant, with every other change of its people waiting until we are done."""
    Tenant.objects.select_for_update().get(pk=current_tenant_id())
    row = Membership.objects.filter(pk=membership.pk).first()
    if row is None:
        raise NotFound("There is no such member.", kept=UNCHANGED)
    return row


def _refuse_last_owner(membership: Membership) -> None:
    owners = Membership.objects.filter(is_active=True, roles__role=Role.OWNER)
    if owners.filter(pk=membership.pk).exists() and not owners.exclude(pk=membership.pk).exists():
        raise InvalidInput(
            "This is the last owner of the company.", kept=UNCHANGED, todo="Make somebody else an owner first."
        )


def _write_roles(membership: Membership, roles: Iterable[Role]) -> None:
    wanted = sorted(set(roles))
    if not wanted:
        raise InvalidInput("A member needs at least one role.", kept=UNCHANGED)
    for role in wanted:
        _save(MembershipRole(membership=membership, role=role))


def _role_names(membership: Membership) -> list[str]:
    return list(membership.roles.order_by("role").values_list("role", flat=True))


def _save(row: models.Model) -> None:
    """Check and write a row. Raises InvalidInput naming each field that does not fit."""
    try:
        row.full_clean()
    except ValidationError as error:
        raise InvalidInput(_in_words(error), kept=UNCHANGED) from error
    row.save()


def _in_words(error: ValidationError) -> str:
    fields = error.message_dict.items()
    return " ".join(" ".join(texts) if field == "__all__" else f"{field}: {' '.join(texts)}" for field, texts in fields)


def _audit(
    action: str, actor_id: int | None, subjects: audit.Subjects, payload: Mapping[str, Any] | None = None
) -> None:
    audit.record(
        tenant_id=current_tenant_id(),
        action=action,
        actor_id=actor_id,
        subjects=subjects,
        decision="done",
        payload=payload,
    )
