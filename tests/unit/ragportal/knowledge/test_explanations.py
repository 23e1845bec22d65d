"""Documents are found for administrators, and their own state is part of the reasons."""

from datetime import UTC, datetime

import pytest
from django.utils import timezone

from ragportal.access.selectors import asker_of
from ragportal.common.errors import InvalidInput, NotFound
from ragportal.knowledge.explanations import explain_document, find_document
from ragportal.knowledge.models import Document, Source, Version
from ragportal.tenants.models import Membership
from tests.factories.access import ADA, WEB, make_rule, user
from tests.factories.people import make_member


@pytest.fixture
def document(tenant) -> Document:
    make_member(ADA)
    source = Source.objects.create(name="wiki", kind="files")
    document = Document.objects.create(
        source=source,
        external_id="hr/leave.md",
        title="Parental leave",
        modified_at=datetime(2026, 3, 3, tzinfo=UTC),
        access_rule=make_rule([user(ADA)]),
    )
    document.current_version = Version.objects.create(
        document=document, number=1, content_hash="x", title="t", text="t"
    )
    document.save()
    return document


@pytest.mark.parametrize("name", ["hr/leave.md", "Parental leave", "parental LEAVE"])
def test_a_document_is_found_by_id_or_title(document, name):
    assert find_document(name=name) == document


def test_a_document_is_found_by_number(document):
    assert find_document(name=str(document.pk)) == document


def test_an_unknown_document(document):
    with pytest.raises(NotFound, match="no document 'nothing'"):
        find_document(name="nothing")


def test_two_of_one_title_are_listed_with_their_numbers(document):
    first = document.pk
    document.pk, document.external_id = None, "hr/leave-old.md"
    document.save()
    with pytest.raises(InvalidInput, match=rf"{first}: hr/leave.md"):
        find_document(name="Parental leave")


@pytest.mark.parametrize(
    ("change", "allowed", "told"),
    [
        ({}, True, "Its text is published."),
        ({"removed_at": timezone.now()}, False, "was removed"),
        ({"current_version": None}, False, "No text of it has been published yet."),
    ],
)
def test_the_state_of_the_document_is_a_reason(document, change, allowed, told):
    for name, value in change.items():
        setattr(document, name, value)
    asker = asker_of(Membership.objects.get())
    explanation = explain_document(asker=asker, document=document, situation=WEB)
    assert explanation.allowed is allowed
    assert any(told in condition.sentence for condition in explanation.conditions)
