"""The database's clock: the only one that workers of several machines share."""

from datetime import timedelta
from typing import TYPE_CHECKING

from django.db.models import DateTimeField, ExpressionWrapper
from django.db.models.functions import Now

if TYPE_CHECKING:
    from django.db.models.expressions import CombinedExpression


def from_now(seconds: float) -> "ExpressionWrapper[CombinedExpression]":
    """The moment so many seconds after the statement that uses it; negative = before it."""
    return ExpressionWrapper(Now() + timedelta(seconds=seconds), output_field=DateTimeField())
