"""Work to be done: one row a piece. The rows are the queue; a message only wakes somebody who looks at them."""

from typing import Any

from django.db import models

from ragportal.common.rows import TenantManager
from ragportal.common.tenancy import current_tenant_id

LONGEST_REASON = 500


class WorkItem(models.Model):
    """A piece of work of one tenant, for the workers of one queue.

    `name` is a line of the setting WORK, `arguments` are ids, `key` keeps the same work from waiting twice. `fence`
    rises with each claim: whoever holds a lower number has lost the work. `reason`: why the last try failed, in our
    words. Workers look for work across tenants; everybody else sees the current tenant's rows only.
    """

    class State(models.TextChoices):
        WAITING = "waiting", "waiting"
        RUNNING = "running", "running"
        DONE = "done", "done"
        DEAD = "dead", "given up"

    tenant = models.ForeignKey(
        "tenants.Tenant",
        on_delete=models.CASCADE,
        related_name="+",
        default=current_tenant_id,
        editable=False,
        db_index=False,
    )
    queue = models.CharField(max_length=20)
    name = models.CharField(max_length=60)
    key = models.CharField(max_length=100, blank=True)
    arguments: Any = models.JSONField(default=dict)
    state = models.CharField(max_length=10, choices=State, default=State.WAITING)
    attempts = models.PositiveIntegerField(default=0)
    not_before = models.DateTimeField()
    lease_until = models.DateTimeField(null=True, blank=True)
    fence = models.PositiveBigIntegerField(default=0)
    claim = models.CharField(max_length=32, blank=True)  # names one claim, by which the worker finds what it got
    host = models.CharField(max_length=255, blank=True)
    process = models.PositiveBigIntegerField(default=0)
    reason = models.CharField(max_length=LONGEST_REASON, blank=True)
    created_at = models.DateTimeField(auto_now_add=True)
    started_at = models.DateTimeField(null=True, blank=True)
    finished_at = models.DateTimeField(null=True, blank=True)

    objects = TenantManager["WorkItem"]()
    across_tenants = models.Manager["WorkItem"]()

    class Meta:
        constraints = (
            models.UniqueConstraint(
                fields=["tenant", "name", "key"],
                condition=models.Q(state="waiting") & ~models.Q(key=""),
                name="work_waits_once",
            ),
        )
        indexes = (
            models.Index(fields=["state", "queue", "not_before"], name="work_due"),
            models.Index(fields=["tenant", "name", "key", "state"], name="work_same"),
        )

    def __str__(self) -> str:
        return f"{self.name} {self.key} {self.state}"
