import json
import logging
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor

import pytest
from django.conf import settings as django_settings
from django.db import connections, transaction

from ragportal.audit.chain import payload_digest
from ragportal.audit.models import AuditPayload, AuditRecord, ChainHead
from ragportal.audit.selectors import verify_chain
from ragportal.audit.services import erase_payload, record
from ragportal.common.errors import NotFound, Unavailable

LEDGER = pytest.mark.django_db(databases=["default", "ledger"])
COMMITTING = pytest.mark.django_db(databases=["default", "ledger"], transaction=True)
SECRET_WORDS = "Who earns most in Zanzibar?"


def ask(tenant_id: int = 7, payload: dict[str, object] | None = None) -> int:
    return record(
        tenant_id=tenant_id,
        action="question.answered",
        actor_id=3,
        subjects={"documents": [5]},
        decision="answered",
        payload=payload,
    )


@LEDGER
class TestRecord:
    def test_counts_from_one_for_each_tenant(self):
        assert [ask(7), ask(7), ask(8), ask(7)] == [1, 2, 1, 3]

    def test_each_record_holds_the_hash_of_the_one_before(self):
        ask()
        ask()
        first, second = AuditRecord.objects.order_by("sequence")
        assert (first.previous_hash, second.previous_hash) == ("", first.hash)

    def test_the_head_names_the_last_record(self):
        ask()
        ask()
        head, last = ChainHead.objects.get(), AuditRecord.objects.get(sequence=2)
        assert (head.sequence, head.hash) == (2, last.hash)

    def test_the_words_stand_in_the_payload_alone(self):
        ask(payload={"question": SECRET_WORDS})
        row, payload = AuditRecord.objects.get(), AuditPayload.objects.get()
        assert json.loads(payload.body) == {"question": SECRET_WORDS}
        assert row.payload_digest == payload_digest(payload.salt, payload.body)
        assert "Zanzibar" not in str([vars(row), str(row), str(payload), repr(payload)])

    def test_equal_words_have_different_digests(self):
        ask(payload={"question": SECRET_WORDS})
        ask(payload={"question": SECRET_WORDS})
        one, other = AuditRecord.objects.values_list("payload_digest", flat=True)
        assert one != other

    @pytest.mark.parametrize("words", ["\0", "\ud800", "\u202e", "ä" * 100_000, ""])
    def test_keeps_any_characters(self, words):
        ask(payload={"question": words})
        assert json.loads(AuditPayload.objects.get().body) == {"question": words}
        assert verify_chain(7) == []

    @pytest.mark.parametrize("action", ["", "answered", "Question.answered", "question.answered!", "a.b.c"])
    def test_an_action_of_another_form_is_refused(self, action):
        with pytest.raises(ValueError, match="reads like"):
            record(tenant_id=7, action=action, actor_id=None, subjects={}, decision="")
        assert not AuditRecord.objects.exists()

    def test_what_json_cannot_hold_leaves_nothing_behind(self):
        with pytest.raises(TypeError):
            ask(payload={"question": object()})
        assert not AuditRecord.objects.exists() and not AuditPayload.objects.exists()

    def test_no_words_in_any_log(self, caplog):
        caplog.set_level(logging.DEBUG)
        ask(payload={"question": SECRET_WORDS})
        erase_payload(tenant_id=7, sequence=1, actor_id=None, reason="person_erased")
        assert "Zanzibar" not in caplog.text

    def test_another_key_is_refused(self, settings):
        ask()
        settings.AUDIT_KEY = "k" * 50
        with pytest.raises(Unavailable, match="another key"):
            ask()
        assert AuditRecord.objects.count() == 1

    def test_a_key_in_the_settings_goes_before_the_file(self, settings, tmp_path):
        settings.AUDIT_KEY, settings.AUDIT_KEY_FILE = "k" * 50, tmp_path / "audit.key"
        ask()
        assert verify_chain(7) == [] and not settings.AUDIT_KEY_FILE.exists()

    def test_a_lost_head_is_not_made_anew(self):
        ask()
        ChainHead.objects.all().delete()
        with pytest.raises(Unavailable, match="lost its head"):
            ask()
        assert not ChainHead.objects.exists()


@COMMITTING
class TestBesideOthers:
    def test_a_record_stays_when_the_callers_work_is_rolled_back(self):
        with pytest.raises(RuntimeError), transaction.atomic():
            ask()
            raise RuntimeError
        assert AuditRecord.objects.count() == 1

    def test_threads_leave_no_gap(self):
        def write(_: int) -> None:
            for _ in range(5):
                ask(payload={"question": SECRET_WORDS})
            connections["ledger"].close()

        with ThreadPoolExecutor(6) as pool:
            list(pool.map(write, range(6)))
        assert sorted(AuditRecord.objects.values_list("sequence", flat=True)) == list(range(1, 31))
        assert verify_chain(7) == []

    def test_processes_leave_no_gap(self):
        ask()
        arguments = [str(connections["ledger"].settings_dict["NAME"]), str(django_settings.AUDIT_KEY_FILE)]
        children = [subprocess.Popen([sys.executable, "-c", WRITER, *arguments]) for _ in range(2)]
        assert [child.wait(60) for child in children] == [0, 0]
        assert sorted(AuditRecord.objects.values_list("sequence", flat=True)) == list(range(1, 42))
        assert verify_chain(7) == []


WRITER = """
import sys, django
from django.conf import settings
settings.DATABASES["ledger"]["NAME"], settings.AUDIT_KEY_FILE = sys.argv[1:]
from pathlib import Path
settings.AUDIT_KEY_FILE = Path(settings.AUDIT_KEY_FILE)
django.setup()
from ragportal.audit.services import record
for _ in range(20):
    record(tenant_id=7, action="question.answered", actor_id=3, subjects={}, decision="answered")
"""


@LEDGER
class TestErasePayload:
    def test_the_words_go_and_the_chain_stays_whole(self):
        ask(payload={"question": SECRET_WORDS})
        ask()
        assert erase_payload(tenant_id=7, sequence=1, actor_id=4, reason="person_erased") == 3
        assert not AuditPayload.objects.exists()
        assert verify_chain(7) == []

    def test_the_erasure_is_on_record(self):
        ask(payload={"question": SECRET_WORDS})
        erase_payload(tenant_id=7, sequence=1, actor_id=4, reason="person_erased")
        row = AuditRecord.objects.get(sequence=2)
        assert (row.action, row.actor_id) == ("payload.erased", 4)
        assert json.loads(row.subjects) == {"reason": "person_erased", "sequence": 1}

    @pytest.mark.parametrize(("tenant_id", "sequence"), [(7, 2), (7, 9), (8, 1)])
    def test_nothing_to_erase_is_an_error_and_no_record(self, tenant_id, sequence):
        ask(payload={"question": SECRET_WORDS})
        ask()
        with pytest.raises(NotFound, match="Nothing was erased"):
            erase_payload(tenant_id=tenant_id, sequence=sequence, actor_id=None, reason="person_erased")
        assert AuditRecord.objects.count() == 2 and AuditPayload.objects.count() == 1
