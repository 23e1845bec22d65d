import itertools
from typing import Any

import pytest
from django.db import connections, transaction
from django.db.models import F
from django.utils import timezone
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from ragportal.audit.chain import payload_digest
from ragportal.audit.models import AuditPayload, AuditRecord, ChainHead
from ragportal.audit.selectors import audited_tenants, chain_end, verify_chain
from ragportal.audit.services import erase_payload, record

pytestmark = pytest.mark.django_db(databases=["default", "ledger"])
TENANT = 7


def rows(sequence: int) -> Any:
    return AuditRecord.objects.filter(tenant_id=TENANT, sequence=sequence)


def renumber(sequence: int, to: int) -> None:
    rows(sequence).update(sequence=to)


def copy(sequence: int, to: int) -> None:
    row = rows(sequence).get()
    row.pk, row.sequence = None, to
    row.save(force_insert=True)


def move_head(to: int) -> None:
    ChainHead.objects.update(sequence=to, hash=rows(to).get().hash)


def swap(one: int, other: int) -> None:
    renumber(one, -1)
    renumber(other, one)
    renumber(-1, other)


def begin_anew() -> None:
    """Another chain of six records of the same tenant."""
    for table in (ChainHead, AuditRecord, AuditPayload):
        table.objects.all().delete()
    for _ in range(6):
        record(tenant_id=TENANT, action="a.b", actor_id=None, subjects={}, decision="")


class TestWhole:
    def test_an_untouched_chain_has_no_problem(self, chain):
        assert verify_chain(TENANT) == []

    def test_a_chain_longer_than_one_read(self, ledger, monkeypatch):
        monkeypatch.setattr("ragportal.audit.selectors.BATCH", 3)
        for _ in range(10):
            record(tenant_id=TENANT, action="a.b", actor_id=None, subjects={}, decision="", payload={})
        erase_payload(tenant_id=TENANT, sequence=9, actor_id=None, reason="person_erased")
        assert verify_chain(TENANT) == []

    def test_other_tenants_do_not_matter(self, chain, forger):
        record(tenant_id=8, action="a.b", actor_id=None, subjects={}, decision="")
        rows(3).delete()
        assert verify_chain(8) == []


@pytest.mark.usefixtures("chain", "forger")
class TestForged:
    @pytest.mark.parametrize(
        "change",
        [
            {"tenant_id": 8},
            {"at": timezone.now()},
            {"action": "question.refused"},
            {"actor_id": None},
            {"actor_id": 99},
            {"subjects": '{"documents":[3]}'},
            {"decision": "refused"},
            {"payload_digest": "0" * 64},
            {"payload_digest": ""},
            {"previous_hash": "0" * 64},
            {"hash": "0" * 64},
            {"hash": "ä"},
        ],
    )
    def test_a_changed_field_shows(self, change):
        rows(3).update(**change)
        assert any("3" in problem for problem in verify_chain(TENANT))

    def test_a_removed_record_shows(self):
        rows(3).delete()
        assert "Record 3 is missing." in verify_chain(TENANT)

    def test_a_removed_and_closed_up_record_shows(self):
        rows(3).delete()
        for sequence in (4, 5, 6):
            renumber(sequence, sequence - 1)
        problems = verify_chain(TENANT)
        assert "Record 3 was changed or forged, or written with another key." in problems
        assert "Record 6 is missing." in problems

    def test_removed_first_records_show(self):
        rows(1).delete()
        rows(2).delete()
        assert "Records 1 to 2 are missing." in verify_chain(TENANT)

    def test_removed_last_records_show(self):
        AuditRecord.objects.filter(sequence__gte=5).delete()
        assert "Records 5 to 6 are missing." in verify_chain(TENANT)

    def test_removed_last_records_show_when_the_head_is_moved_back(self):
        AuditRecord.objects.filter(sequence__gte=5).delete()
        AuditPayload.objects.filter(sequence__gte=5).delete()
        move_head(4)
        assert verify_chain(TENANT) == ["The head of the chain was changed, or written with another key."]

    def test_records_behind_the_head_show(self):
        move_head(4)
        assert "There is a record 6, behind the head." in verify_chain(TENANT)

    def test_all_records_removed_show(self):
        AuditRecord.objects.all().delete()
        assert "Records 1 to 6 are missing." in verify_chain(TENANT)

    def test_a_missing_head_shows(self):
        ChainHead.objects.all().delete()
        assert verify_chain(TENANT) == ["The head of the chain is missing."]

    def test_reordered_records_show(self):
        swap(2, 4)
        assert len(verify_chain(TENANT)) >= 2

    def test_an_inserted_record_shows(self):
        for sequence in (6, 5, 4):
            renumber(sequence, sequence + 1)
        copy(3, to=4)
        assert "Record 4 was changed or forged, or written with another key." in verify_chain(TENANT)

    def test_a_record_before_the_first_shows(self):
        copy(1, to=0)
        assert "Record 0 was inserted." in verify_chain(TENANT)

    def test_a_record_of_another_chain_shows(self):
        """Genuine by itself: only the link to the record before it gives it away."""
        genuine_elsewhere = rows(4).get()
        begin_anew()
        rows(4).delete()
        genuine_elsewhere.pk = None
        genuine_elsewhere.save(force_insert=True)
        assert verify_chain(TENANT) == [
            "Record 4 does not follow the record before it.",
            "Record 5 does not follow the record before it.",
        ]

    def test_another_last_record_than_the_heads_shows(self):
        """Both are genuine: one was written after the ledger had been put back by one record."""
        before = ChainHead.objects.values("sequence", "hash", "seal").get()
        record(tenant_id=TENANT, action="a.b", actor_id=1, subjects={}, decision="")
        first = rows(7).get()
        rows(7).delete()
        ChainHead.objects.update(**before)
        record(tenant_id=TENANT, action="a.b", actor_id=2, subjects={}, decision="")
        rows(7).delete()
        first.save(force_insert=True)
        assert verify_chain(TENANT) == ["Record 7 is not the one that the head names."]

    def test_forged_links_show(self):
        """A genuine record of another chain, with the links around it made to fit."""
        genuine_elsewhere = rows(4).get()
        begin_anew()
        rows(4).delete()
        genuine_elsewhere.pk, genuine_elsewhere.previous_hash = None, rows(3).get().hash
        genuine_elsewhere.save(force_insert=True)
        rows(5).update(previous_hash=genuine_elsewhere.hash)
        assert verify_chain(TENANT) == [
            "Record 4 was changed or forged, or written with another key.",
            "Record 5 was changed or forged, or written with another key.",
        ]

    def test_the_chain_of_another_tenant_in_this_ones_place_shows(self):
        for table in (AuditRecord, AuditPayload, ChainHead):
            table.objects.update(tenant_id=8)
        problems = verify_chain(8)
        assert problems[0] == "The head of the chain was changed, or written with another key."
        assert "Record 1 was changed or forged, or written with another key." in problems

    @pytest.mark.parametrize("change", [{"body": '{"question":"?"}'}, {"salt": "0"}])
    def test_a_changed_payload_shows(self, change):
        AuditPayload.objects.filter(sequence=3).update(**change)
        assert verify_chain(TENANT) == ["The payload of record 3 was changed."]

    def test_a_changed_payload_with_a_digest_made_to_fit_shows(self):
        AuditPayload.objects.filter(sequence=3).update(salt="0", body="{}")
        rows(3).update(payload_digest=payload_digest("0", "{}"))
        assert verify_chain(TENANT) == ["Record 3 was changed or forged, or written with another key."]

    def test_a_payload_removed_without_an_erasure_shows(self):
        AuditPayload.objects.filter(sequence=3).delete()
        assert verify_chain(TENANT) == ["The payload of record 3 is missing, and no record tells of an erasure."]

    def test_an_erased_payload_that_is_back_shows(self):
        payload = AuditPayload.objects.get(sequence=3)
        erase_payload(tenant_id=TENANT, sequence=3, actor_id=None, reason="person_erased")
        payload.pk = None
        payload.save(force_insert=True)
        assert verify_chain(TENANT) == ["The payload of record 3 was erased, and is back."]

    @pytest.mark.parametrize("sequence", [2, 7])
    def test_a_payload_without_its_record_shows(self, sequence):
        AuditPayload.objects.create(tenant_id=TENANT, sequence=sequence, salt="", body="{}")
        assert verify_chain(TENANT) != []

    def test_another_key_shows(self, settings):
        settings.AUDIT_KEY = "k" * 50
        assert len(verify_chain(TENANT)) == 7


def changed(value: object) -> st.SearchStrategy[object]:
    """A value of the same column that is another one."""
    if isinstance(value, int):
        return st.integers(0, 2**40).filter(lambda other: other != value)
    return st.text(st.characters(codec="ascii", exclude_characters="\0"), max_size=64).filter(
        lambda other: other != value
    )


@pytest.mark.usefixtures("chain", "forger")
class TestAnyTampering:
    @settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
    @given(data=st.data())
    def test_shows(self, data):
        with transaction.atomic(using="ledger"):
            self._tamper(data)
            assert verify_chain(TENANT) != []
            transaction.set_rollback(True, using="ledger")

    def _tamper(self, data: st.DataObject) -> None:
        kind = data.draw(st.sampled_from(["change", "remove", "swap", "insert", "cut"]))
        if kind == "swap":
            swap(*data.draw(st.sampled_from(list(itertools.combinations(range(1, 7), 2)))))
        elif kind == "insert":
            self._insert(data.draw(st.integers(1, 6)), at=data.draw(st.integers(1, 7)))
        elif kind == "cut":
            kept = data.draw(st.integers(1, 5))
            move_head(kept)
            AuditRecord.objects.filter(sequence__gt=kept).delete()
            AuditPayload.objects.filter(sequence__gt=kept).delete()
        else:
            table = data.draw(st.sampled_from([AuditRecord, AuditPayload, ChainHead]))
            row = data.draw(st.sampled_from(list(table.objects.order_by("sequence"))))
            self._change(row, data) if kind == "change" else row.delete()

    def _insert(self, sequence: int, *, at: int) -> None:
        """A copy of a genuine record, with all that follow moved up and the head with them."""
        original = rows(sequence).get()
        for later in range(6, at - 1, -1):
            renumber(later, later + 1)
        original.pk, original.sequence = None, at
        original.save(force_insert=True)
        ChainHead.objects.update(sequence=F("sequence") + 1)

    def _change(self, row: AuditRecord | AuditPayload | ChainHead, data: st.DataObject) -> None:
        plain = [field.attname for field in row._meta.fields if field.attname not in ("id", "at", "sequence")]
        name = data.draw(st.sampled_from(plain))
        type(row).objects.filter(pk=row.pk).update(**{name: data.draw(changed(getattr(row, name)))})


class TestEnds:
    def test_the_end_is_the_last_record(self, chain):
        assert chain_end(TENANT) == (6, rows(6).get().hash)

    def test_no_chain_has_no_end(self, ledger):
        assert chain_end(TENANT) == (0, "")

    def test_a_tenant_leaves_a_trace_by_any_row(self, chain, forger):
        ChainHead.objects.all().delete()
        AuditRecord.objects.all().delete()
        assert audited_tenants() == {TENANT}


def test_the_ledger_stands_apart(ledger):
    assert connections["ledger"].alias == AuditRecord.objects.all().db
