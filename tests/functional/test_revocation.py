"""A right that is lost counts at the next question, by the database alone."""

import pytest
from django.utils import timezone

from connectors.base import DocumentAccess, ReaderSet, SourceGroup, SourcePrincipal
from integrations.index.embedded import EmbeddedIndex
from ragportal.access.models import ReaderSet as ReaderSetRow
from ragportal.access.selectors import asker_of
from ragportal.access.services import revoke, store_groups
from ragportal.answering.results import Confidence
from ragportal.answering.services import answer_question
from ragportal.knowledge.models import Document, Source
from ragportal.knowledge.sync.sync_source import sync_source
from ragportal.tenants.models import Membership, Tenant
from ragportal.tenants.services import deactivate_member
from tests.factories.access import ADA, BEN, WEB
from tests.factories.memory_source import SOURCES, MemorySource
from tests.factories.people import make_member

QUESTION = "When does the harbour crane close?"
SENTENCE = "The harbour crane closes at nine in the evening on working days."
TEAM = SourcePrincipal("group", "crane-team")


@pytest.fixture
def asker(tenant: Tenant, settings):
    settings.CONNECTORS = {"memory": "tests.factories.memory_source.MemoryConnector"}
    member = make_member(ADA)
    make_member(BEN)
    user = SourcePrincipal("user", ADA, email=ADA)
    shelf = SOURCES["revocation"] = MemorySource(groups=[SourceGroup(TEAM, frozenset({user}))])
    shelf.put("crane", SENTENCE, DocumentAccess((ReaderSet(frozenset({TEAM})),)))
    source = Source.objects.create(name="wiki", kind="memory", config={"name": "revocation"})
    sync_source(source=source)
    return asker_of(member)


@pytest.fixture
def no_index_write(asker, monkeypatch):
    """From here on the index refuses to be written."""

    def refuse(*_: object) -> None:
        raise AssertionError("the index was written")

    for name in ("write", "set_rules", "rebuild"):
        monkeypatch.setattr(EmbeddedIndex, name, refuse)


def answer(asker) -> str:
    return answer_question(asker=asker, question=QUESTION, situation=WEB).text


def leave_the_group(asker) -> None:
    store_groups(source_id=Source.objects.get().pk, groups=[SourceGroup(TEAM, frozenset())])


def lose_the_grant(asker) -> None:
    source = Source.objects.get()
    principal = ReaderSetRow.objects.get().grants.get().principal
    assert principal.source_id == source.pk
    revoke(reader_set=ReaderSetRow.objects.get(), principal=principal)


def be_deactivated(asker) -> None:
    deactivate_member(membership=Membership.objects.get(pk=asker.membership_id))


def be_overtaken_by_a_removal(asker) -> None:
    Document.objects.update(removed_at=timezone.now())


@pytest.mark.parametrize("lose", [leave_the_group, lose_the_grant, be_deactivated, be_overtaken_by_a_removal])
def test_the_next_question_sees_it_without_an_index_write(asker, no_index_write, lose):
    assert SENTENCE in answer(asker)
    lose(asker)
    found = answer_question(asker=asker, question=QUESTION, situation=WEB)
    assert found.confidence is Confidence.NOTHING_FOUND
    assert found.sentences == found.citations == found.nearest == ()


def test_a_right_that_is_given_back_counts_at_once_too(asker, no_index_write):
    source = Source.objects.get()
    leave_the_group(asker)
    assert SENTENCE not in answer(asker)
    user = SourcePrincipal("user", ADA, email=ADA)
    store_groups(source_id=source.pk, groups=[SourceGroup(TEAM, frozenset({user}))])
    assert SENTENCE in answer(asker)
