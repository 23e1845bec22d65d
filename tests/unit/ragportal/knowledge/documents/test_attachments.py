"""What came within a document is a document of its own, for whoever may read that one and nobody else."""

from email.message import EmailMessage

import pytest

from connectors.base import SourceError
from ragportal.access.selectors import asker_of
from ragportal.access.services import rule_for
from ragportal.common.engines import the_index
from ragportal.common.tenancy import current_tenant_id
from ragportal.knowledge.documents.attachments import MARK, container_of
from ragportal.knowledge.documents.erasing import erase_document
from ragportal.knowledge.documents.index_work import finish_index_work
from ragportal.knowledge.documents.removal import remove_documents
from ragportal.knowledge.explanations import explain_document
from ragportal.knowledge.models import Document, DocumentChange, DocumentFailure, Version
from ragportal.knowledge.sync.restoring import restore_documents
from ragportal.knowledge.sync.sync_source import sync_source
from ragportal.tenants.models import Tenant
from tests.factories.access import WEB
from tests.factories.memory_source import readers
from tests.factories.people import make_member

ADA, BOB = "ada@harbour.example", "bob@harbour.example"
PRICE = "The anchor costs 4711 euros."


def mail(body="See the file.", **files):
    message = EmailMessage()
    message["Subject"], message["From"] = "Anchors", "Cora <cora@supplier.example>"
    message.set_content(body)
    for name, content in files.items():
        message.add_attachment(content.encode(), maintype="text", subtype="plain", filename=f"{name}.txt")
    return message.as_string()


@pytest.fixture
def people(tenant):
    return {email: make_member(email) for email in (ADA, BOB)}


def reads_price(seen_by, people):
    """Who finds the attached price."""
    return {email for email in people if any("4711" in text for text in seen_by(people[email], PRICE).values())}


def shown(source):
    rows = source.documents.filter(removed_at=None, current_version__isnull=False)
    return {name.partition(MARK)[2] or name for name in rows.values_list("external_id", flat=True)}


def test_an_attachment_is_found_cited_and_read_by_the_readers_of_its_mail(source, memory, people, seen_by):
    memory.put("mail.eml", mail(prices=PRICE), readers(ADA))
    run = sync_source(source=source)

    attached = Document.objects.get(title="prices.txt")
    assert (run.added, run.failed) == (2, 0)
    assert (attached.container.external_id, attached.external_id) == ("mail.eml", f"mail.eml{MARK}1/prices.txt")
    assert container_of(attached.external_id) == "mail.eml"
    assert reads_price(seen_by, people) == {ADA}


def test_a_right_lost_at_the_mail_is_lost_at_once_and_one_gained_with_the_index_work(source, memory, people, seen_by):
    memory.put("mail.eml", mail(prices=PRICE), readers(ADA))
    sync_source(source=source)
    attached = Document.objects.get(container__isnull=False)

    Document.objects.filter(container=None).update(access_rule=rule_of(source, BOB))
    assert reads_price(seen_by, people) == set()
    assert not explained(people[ADA], attached).allowed
    finish_index_work(tenant=Tenant.objects.get(pk=current_tenant_id()))
    assert reads_price(seen_by, people) == {BOB}
    assert Document.objects.get(pk=attached.pk).access_rule == rule_of(source, BOB)


def test_other_readers_at_the_source_need_no_reading(source, memory, embedder, people, seen_by):
    memory.put("mail.eml", mail(prices=PRICE), readers(ADA))
    sync_source(source=source)
    embedded = embedder.passages
    memory.items["mail.eml"].access = readers(BOB)
    sync_source(source=source)

    assert reads_price(seen_by, people) == {BOB}
    assert (memory.reads, embedder.passages) == (1, embedded)


def test_it_goes_and_comes_back_with_its_mail(source, memory, people, seen_by):
    memory.put("mail.eml", mail(prices=PRICE), readers(ADA))
    sync_source(source=source)

    remove_documents(source_id=source.pk, external_ids=["mail.eml"])
    assert reads_price(seen_by, people) == set()
    sync_source(source=source)
    assert reads_price(seen_by, people) == {ADA}


def test_after_the_index_gave_it_up_it_is_taken_in_anew(source, memory, people, seen_by):
    memory.put("mail.eml", mail(prices=PRICE), readers(ADA))
    sync_source(source=source)

    remove_documents(source_id=source.pk, external_ids=["mail.eml"])
    finish_index_work(tenant=Tenant.objects.get(pk=current_tenant_id()))
    assert not Version.objects.filter(state=Version.State.PUBLISHED).exists()
    sync_source(source=source)
    assert reads_price(seen_by, people) == {ADA}


def test_another_attachment_replaces_it_and_none_removes_it(source, memory):
    memory.put("mail.eml", mail(prices=PRICE, terms="Thirty days."), readers(ADA))
    sync_source(source=source)
    assert shown(source) == {"mail.eml", "1/prices.txt", "2/terms.txt"}

    memory.put("mail.eml", mail("New.", prices="The anchor costs 5 euros.", terms="Thirty days."), readers(ADA))
    sync_source(source=source)
    assert Document.objects.get(title="prices.txt").current_version.text == "The anchor costs 5 euros."

    memory.put("mail.eml", mail("Nothing attached."), readers(ADA))
    sync_source(source=source)
    assert shown(source) == {"mail.eml"}


def test_it_is_not_absent_because_no_listing_names_it(source, memory):
    memory.put("mail.eml", mail(prices=PRICE), readers(ADA))
    assert [sync_source(source=source).deleted for _ in range(3)] == [0, 0, 0]
    assert shown(source) == {"mail.eml", "1/prices.txt"}


def test_it_moves_with_its_mail(source, memory, people, seen_by):
    memory.put("old/mail.eml", mail(prices=PRICE), readers(ADA), title="Mail")
    sync_source(source=source)
    memory.items["new/mail.eml"] = memory.items.pop("old/mail.eml")
    assert sync_source(source=source).moved == 1

    assert set(source.documents.values_list("external_id", flat=True)) == {
        "new/mail.eml",
        f"new/mail.eml{MARK}1/prices.txt",
    }
    assert reads_price(seen_by, people) == {ADA}


def test_mails_within_mails_have_attachments_too(source, memory, people, seen_by):
    inner, outer = mail(prices=PRICE), EmailMessage()
    outer["Subject"], outer["From"] = "Fwd", "Cora <cora@supplier.example>"
    outer.set_content("As a file.")
    outer.add_attachment(inner.encode(), maintype="application", subtype="octet-stream", filename="inner.eml")
    memory.put("mail.eml", outer.as_string(), readers(ADA))
    sync_source(source=source)

    assert shown(source) == {"mail.eml", "1/inner.eml", "1/inner.eml/1/prices.txt"}
    assert set(source.documents.exclude(container=None).values_list("container__external_id", flat=True)) == {
        "mail.eml"
    }
    assert reads_price(seen_by, people) == {ADA}


def test_one_that_cannot_be_read_is_reported_and_stops_no_other(source, memory):
    memory.put("mail.eml", mail(empty="", prices=PRICE), readers(ADA))
    assert sync_source(source=source).failed == 1
    sync_source(source=source)

    assert shown(source) == {"mail.eml", "2/prices.txt"}
    assert DocumentFailure.objects.get().external_id == f"mail.eml{MARK}1/empty.txt"
    memory.put("mail.eml", mail(prices=PRICE), readers(ADA))
    sync_source(source=source)
    assert not DocumentFailure.objects.exists()


def test_while_nobody_can_tell_who_reads_the_mail_nobody_reads_it(source, memory, people, seen_by):
    memory.put("mail.eml", mail(prices=PRICE), readers(ADA))
    sync_source(source=source)
    memory.put("mail.eml", mail("New.", prices=f"{PRICE} Soon more."), SourceError("No.", permanent=False))
    sync_source(source=source)

    assert reads_price(seen_by, people) == set()


def test_no_source_may_name_a_document_like_an_attachment(source, memory, people, seen_by):
    memory.put("mail.eml", mail(prices=PRICE), readers(BOB))
    sync_source(source=source)
    memory.put(f"mail.eml{MARK}1/prices.txt", "A secret of Ada: 4711.", readers(ADA))
    sync_source(source=source)

    assert reads_price(seen_by, people) == {BOB}
    assert Document.objects.get(title="prices.txt").current_version.text == PRICE
    assert "kept for attachments" in DocumentFailure.objects.get().reason


def test_it_is_erased_with_its_mail(source, memory, people, seen_by):
    memory.put("mail.eml", mail(empty="", prices=PRICE), readers(ADA))
    sync_source(source=source)
    erase_document(source=source, external_id="mail.eml")
    sync_source(source=source)

    assert reads_price(seen_by, people) == set()
    rows = (Document.objects, Version.objects, DocumentFailure.objects)
    assert not any(manager.exists() for manager in rows)
    assert not DocumentChange.objects.filter(external_id__contains="mail.eml").exists()
    assert the_index().verify([]) == []


def test_it_is_erased_alone_and_stays_out(source, memory, people, seen_by):
    memory.put("mail.eml", mail(prices=PRICE), readers(ADA))
    sync_source(source=source)
    erase_document(source=source, external_id=f"mail.eml{MARK}1/prices.txt")
    memory.put("mail.eml", mail("Newer.", prices=PRICE), readers(ADA))
    sync_source(source=source)

    assert shown(source) == {"mail.eml"}


def test_it_comes_back_with_a_mail_that_is_restored(source, memory, people, seen_by):
    memory.put("mail.eml", mail(terms="Soon gone.", prices=PRICE), readers(ADA))
    sync_source(source=source)
    memory.put("mail.eml", mail(prices=PRICE), readers(ADA))
    sync_source(source=source)
    memory.deleted, kept = ["mail.eml"], memory.items.pop("mail.eml")
    run = sync_source(source=source)
    assert reads_price(seen_by, people) == set()
    memory.deleted, memory.items["mail.eml"] = [], kept
    restore_documents(source=source, run_id=run.pk)

    assert reads_price(seen_by, people) == {ADA}
    assert shown(source) == {"mail.eml", "1/prices.txt"}


def rule_of(source, *emails):
    return rule_for(source_id=source.pk, access=readers(*emails))


def explained(membership, document):
    return explain_document(asker=asker_of(membership), document=document, situation=WEB)


@pytest.mark.parametrize(("name", "kept"), [("一" * 823, True), ("一" * 828, False)])
def test_one_whose_id_no_index_can_hold_is_left_out(source, memory, name, kept):
    unpackable = "".join(chr(ord(letter) + number) for number, letter in enumerate(name)) + ".eml"
    memory.put(unpackable, mail(f=PRICE), readers(ADA))
    assert sync_source(source=source).failed == 0
    assert Document.objects.filter(external_id=unpackable).exists()
    assert Document.objects.filter(external_id__contains=MARK).exists() is kept
