"""What each question and each indexing used, and what it cost."""

from decimal import Decimal

from django.db import models


class Purpose(models.TextChoices):
    QUESTION = "question", "Question"
    INDEXING = "indexing", "Indexing"


class UsageRecord(models.Model):
    """One use of a model. Plain ids: a cost stays on the books when its person, department or source is gone.

    `milliseconds` names each stage. `price` is in `currency` (ISO 4217); models that run here cost 0.
    """

    tenant_id = models.BigIntegerField()
    membership_id = models.BigIntegerField(null=True)
    department_id = models.BigIntegerField(null=True)
    channel = models.CharField(max_length=20, blank=True)
    source_id = models.BigIntegerField(null=True)
    model = models.CharField(max_length=100)
    purpose = models.CharField(max_length=20, choices=Purpose)
    input_tokens = models.PositiveBigIntegerField()
    output_tokens = models.PositiveBigIntegerField()
    milliseconds = models.JSONField()
    price = models.DecimalField(max_digits=18, decimal_places=8, default=Decimal(0))
    currency = models.CharField(max_length=3, default="EUR")
    at = models.DateTimeField(auto_now_add=True)

    class Meta:
        indexes = (models.Index(fields=["tenant_id", "at"], name="usage_tenant_at"),)

    def __str__(self) -> str:
        return f"{self.purpose} with {self.model}: {self.input_tokens} + {self.output_tokens} tokens"
