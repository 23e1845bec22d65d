from decimal import Decimal

import pytest
from django.db import IntegrityError, transaction

from ragportal.costs.models import Purpose, UsageRecord
from ragportal.costs.services import record_usage

pytestmark = pytest.mark.django_db(databases=["default", "ledger"])
COUNTS = {"input_tokens": 40, "output_tokens": 7, "milliseconds": {"embed": 5.5, "search": 12.0}}


def test_a_question_names_its_asker_department_and_channel():
    record_usage(
        tenant_id=7, purpose=Purpose.QUESTION, model="bge", membership_id=3, department_id=2, channel="web", **COUNTS
    )
    row = UsageRecord.objects.get()
    assert (row.tenant_id, row.membership_id, row.department_id, row.channel, row.source_id) == (7, 3, 2, "web", None)
    assert (row.purpose, row.model, row.input_tokens, row.output_tokens) == ("question", "bge", 40, 7)
    assert row.milliseconds == {"embed": 5.5, "search": 12.0}
    assert (row.price, row.currency) == (Decimal(0), "EUR")


def test_indexing_names_its_source():
    record_usage(tenant_id=7, purpose=Purpose.INDEXING, model="bge", source_id=4, **COUNTS)
    row = UsageRecord.objects.get()
    assert (row.purpose, row.source_id, row.membership_id, row.channel) == ("indexing", 4, None, "")


@pytest.mark.parametrize("column", ["input_tokens", "output_tokens"])
def test_a_negative_count_is_refused(column):
    with pytest.raises(IntegrityError), transaction.atomic(using="ledger"):
        record_usage(tenant_id=7, purpose=Purpose.QUESTION, model="bge", **{**COUNTS, column: -1})
    assert not UsageRecord.objects.exists()


@pytest.mark.django_db(databases=["default", "ledger"], transaction=True)
def test_usage_stays_when_the_callers_work_is_rolled_back():
    with pytest.raises(RuntimeError), transaction.atomic():
        record_usage(tenant_id=7, purpose=Purpose.QUESTION, model="bge", **COUNTS)
        raise RuntimeError
    assert UsageRecord.objects.count() == 1
