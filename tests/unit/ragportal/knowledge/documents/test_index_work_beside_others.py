"""Index work beside a sync: neither loses what the other wrote, and neither waits for the other in a circle."""

from datetime import UTC, datetime

import pytest
from django.db import transaction

from ragportal.common.rows import locked_ids
from ragportal.knowledge.documents.index_work import documents_behind, index_is_behind, note_rules
from ragportal.knowledge.documents.removal import retire_removed
from ragportal.knowledge.models import Document, Version
from ragportal.knowledge.sync.sync_source import sync_source
from tests.factories.memory_source import readers
from tests.factories.other_process import OtherProcess, on_postgresql, wait_until_somebody_waits

pytestmark = [on_postgresql, pytest.mark.django_db(databases=["default", "ledger"], transaction=True)]
ADA = "ada@harbour.example"


@pytest.fixture
def other(tenant):
    process = OtherProcess(tenant.pk)
    yield process
    process.ends()


@pytest.fixture
def third(tenant):
    process = OtherProcess(tenant.pk)
    yield process
    process.ends()


@pytest.fixture
def documents(source, memory):
    """Two documents, of which the first one lies behind the second one on disk."""
    for name in ("first", "second"):
        memory.put(name, f"Hotels cost 180 in {name}.", readers(ADA))
    sync_source(source=source)
    first, second = Document.objects.order_by("pk")
    Document.objects.filter(pk=first.pk).update(title="moved behind")
    return first.pk, second.pk


def test_a_document_that_appears_again_keeps_its_version(documents, source, other, third):
    first, _ = documents
    Document.objects.filter(pk=first).update(removed_at=datetime(2026, 1, 1, tzinfo=UTC))
    other.begins()
    other.does(lambda: Document.objects.filter(pk=first).update(removed_at=None))
    waiting = third.starts(retire_removed)
    wait_until_somebody_waits()
    other.commits()
    waiting.result(10)
    document = Document.objects.select_related("current_version").get(pk=first)
    assert document.current_version is not None
    assert document.current_version.state == Version.State.PUBLISHED


def test_a_document_that_is_given_up_is_taken_in_anew(documents, source, memory, other, third):
    first, _ = documents
    Document.objects.filter(pk=first).update(removed_at=datetime(2026, 1, 1, tzinfo=UTC))
    other.begins()
    other.does(retire_removed)
    waiting = third.starts(lambda: sync_source(source=source))
    wait_until_somebody_waits()
    other.commits()
    waiting.result(30)
    assert Document.objects.filter(current_version__isnull=False, removed_at=None).count() == 2
    assert not Version.objects.filter(state=Version.State.RETIRED).exists()


def test_two_that_change_the_same_documents_come_one_after_the_other(documents, other, third):
    first, second = documents
    rule = Document.objects.get(pk=first).access_rule_id
    Document.objects.update(indexed_rule_id=None)

    def in_order():
        with transaction.atomic():
            return locked_ids(documents_behind())

    other.begins()
    other.does(lambda: locked_ids(Document.objects.filter(pk=first)))
    waiting = third.starts(lambda: note_rules([(second, rule), (first, rule)]))
    wait_until_somebody_waits()
    assert other.does(in_order) == [first, second]
    other.commits()
    waiting.result(10)
    assert not index_is_behind()
