"""An erased document is nowhere, and never comes back."""

from collections.abc import Iterator

import pytest
from django.apps import apps
from django.db import models
from django.db.models import Model

from connectors.base import SourceError
from ragportal.audit.models import AuditRecord
from ragportal.common.engines import the_index
from ragportal.common.errors import NotFound, Unavailable
from ragportal.common.models import WorkItem
from ragportal.knowledge.documents import erasing
from ragportal.knowledge.documents.erasing import ERASED_WORDS, STORES, erase_document
from ragportal.knowledge.documents.reindex import reindex
from ragportal.knowledge.models import Document, DocumentFailure, ErasedDocument, Source, SyncRun
from ragportal.knowledge.sync.sync_source import sync_source
from tests.factories.memory_source import LONG_AGO, readers
from tests.factories.people import make_member

ADA = "ada@harbour.example"
SECRET = "zanzibar"
NAME = f"plans/{SECRET}.md"

# Models with text of other kinds. Who adds one decides: with a document's text, title or id it belongs to STORES.
OTHER_TEXT = {
    "access.AccessRule": "labels and a digest",
    "access.AccessChange": "codes",
    "access.IdentityLink": "codes",
    "access.Policy": "an administrator's words",
    "access.Principal": "people and groups",
    "access.ReaderSet": "names of containers, by the vendor's number",
    "audit.AuditPayload": "what people asked, in their words",
    "audit.AuditRecord": "numbers and codes",
    "audit.ChainHead": "digests",
    "costs.UsageRecord": "names of models",
    "knowledge.ErasedDocument": "a salted digest",
    "knowledge.Source": "an administrator's words, and a cursor that the connector alone reads",
    "knowledge.WorkLock": "names of machines",
    "tenants.Department": "an administrator's words",
    "tenants.ExampleQuestion": "an administrator's words",
    "tenants.GlossaryTerm": "an administrator's words",
    "tenants.MembershipRole": "codes",
    "tenants.Tenant": "a company's name",
    "tenants.User": "people",
}
TEXT = (models.CharField, models.TextField, models.JSONField)


def text_fields(model: type[Model]) -> list[str]:
    return [field.attname for field in model._meta.concrete_fields if isinstance(field, TEXT)]


def models_with_text() -> Iterator[type[Model]]:
    for model in apps.get_models():
        if model.__module__.startswith("ragportal.") and text_fields(model):
            yield model


def stores_that_hold(secret: str) -> set[str]:
    """Models with a row that has these characters in any field with text, in either database."""
    found = set()
    for model in models_with_text():
        rows = list(model._base_manager.values_list(*text_fields(model)))
        if secret in repr(rows).lower():
            found.add(model._meta.label)
    return found


@pytest.fixture
def ada(tenant):
    return make_member(ADA)


@pytest.fixture
def told(source, memory, ada):
    """A document that left traces everywhere: two versions, a failure, a history, errors that name it."""
    memory.put("other", "Hotels.", readers(ADA))
    for text in (f"{SECRET} one", f"{SECRET} two"):
        memory.put(NAME, text, readers(ADA), title=f"The {SECRET}")
        sync_source(source=source)
    memory.put(NAME, "three", readers(ADA), unreadable=SourceError(f"{NAME} is locked.", permanent=True))
    sync_source(source=source)
    SyncRun.objects.filter(pk=source.runs.last().pk).update(error=f"{NAME} cannot be read.")
    WorkItem.objects.create(name="sync_source", queue="sync", reason=f"{NAME} cannot be read.", not_before=LONG_AGO)
    return source


def test_every_model_with_text_was_thought_of():
    named = {label for label in STORES if "." in label}
    assert {model._meta.label for model in models_with_text()} == named | OTHER_TEXT.keys()
    assert not named & OTHER_TEXT.keys()


def test_the_stores_are_those_that_hold_a_document(told):
    assert stores_that_hold(SECRET) == {label for label in STORES if "." in label}


def test_it_is_in_no_store_any_more(told, ada, seen_by):
    assert NAME in seen_by(ada, SECRET)
    erase_document(source=told, external_id=NAME, actor_id=7)
    assert stores_that_hold(SECRET) == set()
    assert seen_by(ada, SECRET).keys() <= {"other"}
    rows = Document.objects.values_list("pk", "current_version_id", "access_rule_id")
    assert the_index().verify(rows) == []
    assert set(SyncRun.objects.exclude(error="").values_list("error", flat=True)) == {ERASED_WORDS}


def test_who_and_when_stays_and_the_id_does_not(told):
    erase_document(source=told, external_id=NAME, actor_id=7)
    row = ErasedDocument.objects.get()
    assert (row.erased_by_id, NAME in row.digest, row.erased_at is not None) == (7, False, True)
    assert AuditRecord.objects.filter(action="document.erased", actor_id=7).count() == 1


class TestItStaysAway:
    def test_from_a_sync(self, told, memory):
        erase_document(source=told, external_id=NAME)
        memory.put(NAME, f"{SECRET} four", readers(ADA), title=f"The {SECRET}")
        run = sync_source(source=told)
        assert (run.state, run.added, run.failed, run.done) == (SyncRun.State.DONE, 0, 0, 2)
        assert stores_that_hold(SECRET) == set()

    def test_from_a_listing_that_refuses_it(self, told, memory):
        erase_document(source=told, external_id=NAME)
        memory.refused = {NAME: f"{SECRET} is a link."}
        sync_source(source=told)
        assert not DocumentFailure.objects.exists()

    def test_from_a_move(self, told, memory):
        memory.put(NAME, "Hotels.", readers(ADA))
        erase_document(source=told, external_id=NAME)
        del memory.items["other"]
        sync_source(source=told)
        assert not Document.objects.filter(external_id=NAME).exists()

    def test_from_a_reindex(self, told, tenant):
        erase_document(source=told, external_id=NAME)
        assert reindex(tenant=tenant) == 1

    def test_another_source_may_have_the_same_id(self, told, memory, tenant):
        erase_document(source=told, external_id=NAME)
        memory.put(NAME, "Open to all.", readers(ADA))
        second = Source.objects.create(name="Second", kind="memory", config={"name": "the one"})
        assert sync_source(source=second).added == 2


@pytest.mark.parametrize("step", ["_drop_from_index", "_delete_rows"])
def test_broken_off_it_is_hidden_and_can_be_finished(told, ada, monkeypatch, seen_by, step, tenant):
    assert NAME in seen_by(ada, SECRET)

    def broken_off(*args):
        raise OSError(5, "Input/output error")

    with monkeypatch.context() as broken:
        broken.setattr(erasing, step, broken_off)
        with pytest.raises(Unavailable, match="erase it again to finish"):
            erase_document(source=told, external_id=NAME)
    assert NAME not in seen_by(ada, SECRET)
    sync_source(source=told)
    reindex(tenant=tenant)
    assert NAME not in seen_by(ada, SECRET)
    erase_document(source=told, external_id=NAME)
    assert stores_that_hold(SECRET) == set()


def test_what_never_came_in_can_be_erased_too(source, memory):
    memory.put(NAME, " ", readers(ADA))
    sync_source(source=source)
    erase_document(source=source, external_id=NAME)
    assert stores_that_hold(SECRET) == set()


def test_an_unknown_id_is_refused(source):
    with pytest.raises(NotFound, match="Nothing is known"):
        erase_document(source=source, external_id=NAME)
