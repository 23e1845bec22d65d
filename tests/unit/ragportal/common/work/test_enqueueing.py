"""Work is a row of the caller's transaction."""

from datetime import timedelta

import pytest
from django.db import transaction
from django.utils import timezone

from ragportal.common.errors import InvalidInput
from ragportal.common.models import WorkItem
from ragportal.common.tenancy import NoCurrentTenant, use_tenant
from ragportal.common.work.claiming import claim
from ragportal.common.work.enqueueing import enqueue
from tests.factories.people import make_tenant

IN_AN_HOUR = timedelta(hours=1)


def test_a_row_waits_in_the_queue_of_its_kind(tenant, bells, the_row, django_capture_on_commit_callbacks):
    with django_capture_on_commit_callbacks(execute=True):
        row = enqueue("note", arguments={"source": 7})
        assert bells == []
    item = the_row()
    assert (item.pk, item.tenant_id, item.queue, item.state, item.arguments) == (
        row, tenant.pk, "ingest", "waiting", {"source": 7},
    )  # fmt: skip
    assert abs(item.not_before - timezone.now()) < timedelta(minutes=1)
    assert bells == ["ingest"]


@pytest.mark.django_db(transaction=True)
def test_no_commit_no_work_and_no_bell(tenant, bells):
    with pytest.raises(ValueError), transaction.atomic():
        enqueue("note", arguments={})
        raise ValueError
    assert not WorkItem.objects.exists() and bells == []


def test_work_for_later_rings_no_bell(tenant, bells, the_row, django_capture_on_commit_callbacks):
    later = timezone.now() + IN_AN_HOUR
    with django_capture_on_commit_callbacks(execute=True):
        enqueue("note", arguments={}, not_before=later)
    assert the_row().not_before == later and bells == []
    assert claim("ingest") is None


def test_the_same_key_waits_once_and_comes_as_early_as_anybody_asks(tenant, the_row):
    later = timezone.now() + IN_AN_HOUR
    first = enqueue("note", arguments={"source": 1}, key="one", not_before=later)
    assert enqueue("note", arguments={"source": 1}, key="one", not_before=later + IN_AN_HOUR) == first
    assert the_row().not_before == later
    assert enqueue("note", arguments={"source": 1}, key="one") == first
    assert the_row().not_before < later - IN_AN_HOUR / 2


def test_work_that_failed_keeps_its_pause(tenant, the_row):
    enqueue("note", arguments={}, key="one")
    later = timezone.now() + IN_AN_HOUR
    WorkItem.objects.update(attempts=2, not_before=later)
    enqueue("note", arguments={}, key="one")
    assert the_row().not_before == later


def test_without_a_key_or_under_another_it_waits_beside(tenant):
    other = make_tenant("quay")
    rows = {enqueue("note", arguments={}), enqueue("note", arguments={}), enqueue("note", arguments={}, key="one")}
    rows |= {enqueue("note", arguments={}, key="two"), enqueue("chore", arguments={}, key="one")}
    with use_tenant(other.pk):
        rows.add(enqueue("note", arguments={}, key="one"))
    assert len(rows) == 6


def test_running_work_does_not_count_as_waiting(tenant):
    first = enqueue("note", arguments={}, key="one")
    assert claim("ingest").id == first
    assert enqueue("note", arguments={}, key="one") != first


def test_text_is_refused(tenant):
    with pytest.raises(InvalidInput):
        enqueue("note", arguments={"title": "Salaries"})
    with pytest.raises(LookupError):
        enqueue("unheard of", arguments={})


@pytest.mark.django_db
def test_it_belongs_to_a_tenant():
    with pytest.raises(NoCurrentTenant):
        enqueue("note", arguments={})
