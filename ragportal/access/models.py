"""Who may read what: principals, reader sets, access rules, policies, and the log of their changes.

`source_id` is a plain number: sources are rows of a higher layer, and access must outlive them.
Write these rows only through `access.services`, which notes each change under a rising number in the
same transaction; cached scopes live by that number (see `scope.py`).
"""

from django.db import models

from ragportal.common.rows import TenantRow
from ragportal.tenants.models import Department, Membership, Role


class Classification(models.TextChoices):
    """How sensitive a document is, in rising order. An unknown label of a source becomes RESTRICTED."""

    PUBLIC = "public", "Public"
    INTERNAL = "internal", "Internal"
    CONFIDENTIAL = "confidential", "Confidential"
    RESTRICTED = "restricted", "Restricted"


class Channel(models.TextChoices):
    """Where a question is asked and its answer is shown."""

    WEB = "web", "Web"
    API = "api", "REST API"
    COMMAND_LINE = "command_line", "Command line"
    SLACK = "slack", "Slack"
    TEAMS = "teams", "Teams"


class Principal(TenantRow):
    """A user, group or named audience as one source knows it. `key` is the source's immutable id."""

    class Kind(models.TextChoices):
        USER = "user", "User"
        GROUP = "group", "Group"
        AUDIENCE = "audience", "Audience"

    source_id = models.BigIntegerField()
    kind = models.CharField(max_length=10, choices=Kind)
    key = models.CharField(max_length=400)
    name = models.CharField(max_length=400, blank=True)
    email = models.CharField(max_length=320, blank=True)

    class Meta(TenantRow.Meta):
        constraints = (models.UniqueConstraint(fields=["tenant", "source_id", "kind", "key"], name="principal_unique"),)
        indexes = (models.Index(fields=["tenant", "email"], name="principal_email"),)

    def __str__(self) -> str:
        return f"{self.get_kind_display()} {self.name or self.key}"


class IdentityLink(TenantRow):
    """This person of ours is that user of a source. One principal is linked to one person at most."""

    class Method(models.TextChoices):
        DIRECTORY_ID = "directory_id", "directory object id"
        VERIFIED_EMAIL = "verified_email", "verified e-mail"

    membership = models.ForeignKey(Membership, on_delete=models.CASCADE, related_name="identity_links")
    principal = models.ForeignKey(Principal, on_delete=models.CASCADE, related_name="identity_links")
    method = models.CharField(max_length=20, choices=Method)
    linked_at = models.DateTimeField(auto_now_add=True)
    valid_until = models.DateTimeField(null=True, blank=True)

    class Meta(TenantRow.Meta):
        constraints = (models.UniqueConstraint(fields=["tenant", "principal"], name="principal_linked_once"),)

    def __str__(self) -> str:
        return f"{self.membership} is {self.principal}"


class MembersAudience(TenantRow):
    """An administrator's decision that a named audience of a source means every active member of the tenant."""

    principal = models.OneToOneField(Principal, on_delete=models.CASCADE, related_name="members_audience")
    decided_at = models.DateTimeField(auto_now_add=True)

    def __str__(self) -> str:
        return f"{self.principal} means every member"


class GroupMember(TenantRow):
    """A direct member of a group or audience; a member may be a group, and groups may form cycles."""

    group = models.ForeignKey(Principal, on_delete=models.CASCADE, related_name="member_rows")
    member = models.ForeignKey(Principal, on_delete=models.CASCADE, related_name="group_rows")
    since = models.DateTimeField(auto_now_add=True)
    valid_until = models.DateTimeField(null=True, blank=True)

    class Meta(TenantRow.Meta):
        constraints = (models.UniqueConstraint(fields=["member", "group"], name="group_member_unique"),)

    def __str__(self) -> str:
        return f"{self.member} in {self.group}"


class ReaderSet(TenantRow):
    """Principals of whom one is enough (OR). `name` is stable, see connectors.base.ReaderSet.name."""

    source_id = models.BigIntegerField()
    name = models.CharField(max_length=500)

    class Meta(TenantRow.Meta):
        constraints = (models.UniqueConstraint(fields=["tenant", "name"], name="reader_set_name_unique"),)

    def __str__(self) -> str:
        return self.name


class Grant(TenantRow):
    """A principal in a reader set."""

    reader_set = models.ForeignKey(ReaderSet, on_delete=models.CASCADE, related_name="grants")
    principal = models.ForeignKey(Principal, on_delete=models.CASCADE, related_name="grants")
    since = models.DateTimeField(auto_now_add=True)
    valid_until = models.DateTimeField(null=True, blank=True)

    class Meta(TenantRow.Meta):
        constraints = (models.UniqueConstraint(fields=["principal", "reader_set"], name="grant_unique"),)
        indexes = (
            models.Index(
                fields=["principal", "valid_until"],
                condition=models.Q(valid_until__isnull=False),
                name="grant_that_expires",
            ),
        )

    def __str__(self) -> str:
        return f"{self.principal} reads {self.reader_set}"


class AccessRule(TenantRow):
    """Reader sets that must all contain the asker (AND), and the attributes that policies test.

    Never changed after it was made: `digest` is its content, `set_count` the number of its reader sets
    (0 = nobody). Documents with the same permissions and attributes share one rule.
    """

    source_id = models.BigIntegerField()
    classification = models.CharField(max_length=20, choices=Classification)
    department = models.ForeignKey(Department, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    department_is_unknown = models.BooleanField(default=False)  # the source names one that we do not know
    set_count = models.PositiveSmallIntegerField()
    digest = models.CharField(max_length=64)

    class Meta(TenantRow.Meta):
        constraints = (models.UniqueConstraint(fields=["tenant", "digest"], name="access_rule_unique"),)

    def __str__(self) -> str:
        return f"rule {self.pk} ({self.classification}, {self.set_count} reader sets)"


class RuleReaderSet(TenantRow):
    """A reader set that a rule demands."""

    rule = models.ForeignKey(AccessRule, on_delete=models.CASCADE, related_name="reader_set_rows")
    reader_set = models.ForeignKey(ReaderSet, on_delete=models.PROTECT, related_name="rule_rows")

    class Meta(TenantRow.Meta):
        constraints = (models.UniqueConstraint(fields=["reader_set", "rule"], name="rule_reader_set_unique"),)

    def __str__(self) -> str:
        return f"{self.rule} demands {self.reader_set}"


class Policy(TenantRow):
    """Narrows what a scope allows, never widens it.

    It applies to rules that match every `on_*` field that is set (none set: to all rules), and then
    demands every `only_*` field that is set; with none set, nobody passes. A department includes those below it.
    """

    name = models.CharField(max_length=200)
    enabled = models.BooleanField(default=True)
    on_classification = models.CharField(max_length=20, choices=Classification, blank=True)
    on_department = models.ForeignKey(
        Department, on_delete=models.PROTECT, null=True, blank=True, related_name="policies_on_it"
    )
    on_source_id = models.BigIntegerField(null=True, blank=True)
    only_channel = models.CharField(max_length=20, choices=Channel, blank=True)
    only_department = models.ForeignKey(
        Department, on_delete=models.PROTECT, null=True, blank=True, related_name="policies_for_it"
    )
    only_role = models.CharField(max_length=30, choices=Role, blank=True)

    class Meta(TenantRow.Meta):
        verbose_name_plural = "policies"
        constraints = (models.UniqueConstraint(fields=["tenant", "name"], name="policy_name_unique"),)

    def __str__(self) -> str:
        return self.name


class SourceAccess(TenantRow):
    """`as_of`: whatever lets somebody read a document of this source was read there at this moment or later.

    A source without such a row, or with one that is too old, is readable by nobody (see `as_of.py`).
    """

    source_id = models.BigIntegerField()
    as_of = models.DateTimeField()

    class Meta(TenantRow.Meta):
        constraints = (models.UniqueConstraint(fields=["tenant", "source_id"], name="source_access_once"),)

    def __str__(self) -> str:
        return f"source {self.source_id} as of {self.as_of:%Y-%m-%d %H:%M}"


class AccessState(TenantRow):
    """The number of the newest access change of the tenant; its row lock puts access writers in order."""

    number = models.BigIntegerField(default=0)

    class Meta(TenantRow.Meta):
        constraints = (models.UniqueConstraint(fields=["tenant"], name="access_state_once"),)

    def __str__(self) -> str:
        return f"change {self.number}"


class AccessChange(TenantRow):
    """What an access write changed, so that cached scopes can be patched instead of rebuilt."""

    class Kind(models.TextChoices):
        PRINCIPAL = "principal", "the groups a principal is in"
        PERSON = "person", "the principals a membership is linked to"
        READER_SET = "reader_set", "who is in a reader set"
        RULE = "rule", "a rule was made"
        EVERYTHING = "everything", "all rules are to be evaluated anew"

    number = models.BigIntegerField()
    kind = models.CharField(max_length=20, choices=Kind)
    subject_id = models.BigIntegerField(default=0)

    class Meta(TenantRow.Meta):
        indexes = (models.Index(fields=["tenant", "number"], name="access_change_number"),)

    def __str__(self) -> str:
        return f"{self.number}: {self.kind} {self.subject_id}"
