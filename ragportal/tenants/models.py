"""Companies, their departments and their people."""

from typing import Any, ClassVar

from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.contrib.auth.models import PermissionsMixin
from django.db import models
from django.db.models.functions import Lower

from ragportal.common.rows import TenantRow
from ragportal.common.tenancy import current_tenant_id


class UserManager(BaseUserManager["User"]):
    """Makes people; e-mail addresses are kept in lower case, as that is how they are compared."""

    def create_user(self, email: str, password: str | None = None, **fields: Any) -> "User":
        user = self.model(email=email.strip().lower(), **fields)
        user.set_password(password)
        user.full_clean(exclude=["password"])
        user.save(using=self._db)
        return user

    def create_superuser(self, email: str, password: str | None = None, **fields: Any) -> "User":
        return self.create_user(email, password, is_staff=True, is_superuser=True, **fields)


class User(AbstractBaseUser, PermissionsMixin):
    """A person who signs in with an e-mail address. What they may do in a company stands in their Membership."""

    email = models.EmailField(unique=True)
    name = models.CharField(max_length=200)
    email_verified_at = models.DateTimeField(null=True, blank=True)
    is_active = models.BooleanField(default=True)
    is_staff = models.BooleanField(default=False)

    USERNAME_FIELD = "email"
    REQUIRED_FIELDS: ClassVar[list[str]] = ["name"]
    objects = UserManager()

    class Meta:
        constraints = (models.CheckConstraint(condition=models.Q(email=Lower("email")), name="user_email_lower_case"),)

    def __str__(self) -> str:
        return self.name or self.email


class Tenant(models.Model):
    """A company: the border that no query crosses."""

    slug = models.SlugField(unique=True)
    name = models.CharField(max_length=200)
    created_at = models.DateTimeField(auto_now_add=True)

    def __str__(self) -> str:
        return self.name


class Department(TenantRow):
    """A part of the company; a department may lie in another."""

    slug = models.SlugField()
    name = models.CharField(max_length=200)
    parent = models.ForeignKey("self", on_delete=models.PROTECT, null=True, blank=True, related_name="children")

    class Meta(TenantRow.Meta):
        constraints = (
            models.UniqueConstraint(
                fields=["tenant", "slug"],
                name="department_slug_unique",
                violation_error_message="There is already a department with this short name.",
            ),
        )

    def __str__(self) -> str:
        return self.name


class Role(models.TextChoices):
    EMPLOYEE = "employee", "Employee"
    KNOWLEDGE_MANAGER = "knowledge_manager", "Knowledge manager"
    IT_ADMINISTRATOR = "it_administrator", "IT administrator"
    SECURITY = "security", "Security officer"
    FINANCE = "finance", "Finance"
    OWNER = "owner", "Owner"


class Membership(TenantRow):
    """One person in one company: the asker of every question."""

    tenant = models.ForeignKey(
        Tenant,
        on_delete=models.CASCADE,
        related_name="memberships",
        default=current_tenant_id,
        editable=False,
    )
    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="+")
    department = models.ForeignKey(Department, on_delete=models.PROTECT, null=True, blank=True, related_name="members")
    is_active = models.BooleanField(default=True)
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta(TenantRow.Meta):
        constraints = (
            models.UniqueConstraint(
                fields=["tenant", "user"],
                name="membership_unique",
                violation_error_message="This person is already in this company.",
            ),
        )

    def __str__(self) -> str:
        return f"{self.user} at {self.tenant}"


class MembershipRole(TenantRow):
    """A role that a person has; several at once are common (owner and security)."""

    membership = models.ForeignKey(Membership, on_delete=models.CASCADE, related_name="roles")
    role = models.CharField(max_length=30, choices=Role)

    class Meta(TenantRow.Meta):
        constraints = (models.UniqueConstraint(fields=["membership", "role"], name="membership_role_unique"),)

    def __str__(self) -> str:
        return self.get_role_display()


class GlossaryTerm(TenantRow):
    """An acronym of the company and what it stands for; written by people, used to enrich questions."""

    acronym = models.CharField(max_length=40)
    expansion = models.CharField(max_length=200)

    class Meta(TenantRow.Meta):
        constraints = (
            models.UniqueConstraint(
                fields=["tenant", "acronym"],
                name="glossary_acronym_unique",
                violation_error_message="This acronym is already in the glossary.",
            ),
        )

    def __str__(self) -> str:
        return f"{self.acronym} = {self.expansion}"


class ExampleQuestion(TenantRow):
    """A question shown on the ask page to get people started; written by people, never mined from others' questions."""

    text = models.CharField(max_length=200)
    position = models.PositiveSmallIntegerField(default=0)

    class Meta(TenantRow.Meta):
        ordering = ("position", "id")

    def __str__(self) -> str:
        return self.text
