"""Writing the cost ledger."""

from collections.abc import Mapping

from ragportal.costs.models import Purpose, UsageRecord


def record_usage(  # noqa: PLR0913 (the columns of a ledger row; all by name)
    *,
    tenant_id: int,
    purpose: Purpose,
    model: str,
    input_tokens: int,
    output_tokens: int,
    milliseconds: Mapping[str, float],
    membership_id: int | None = None,
    department_id: int | None = None,
    channel: str = "",
    source_id: int | None = None,
) -> None:
    """Note one use of a model; committed when this returns, and kept if the caller's transaction is rolled back.

    A question names its asker, their department then and its channel; indexing names its source. `milliseconds`:
    stage -> duration. Raises django's IntegrityError for negative counts.
    """
    UsageRecord.objects.create(
        tenant_id=tenant_id,
        membership_id=membership_id,
        department_id=department_id,
        channel=channel,
        source_id=source_id,
        model=model,
        purpose=purpose,
        input_tokens=input_tokens,
        output_tokens=output_tokens,
        milliseconds=dict(milliseconds),
    )
