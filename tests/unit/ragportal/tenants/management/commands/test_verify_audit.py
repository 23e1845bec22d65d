from io import StringIO

import pytest
from django.core.management import CommandError, call_command
from django.db import connections

from ragportal.audit.append_only import remove_triggers
from ragportal.audit.models import AuditRecord, ChainHead
from ragportal.common.tenancy import use_tenant
from ragportal.tenants.models import Tenant
from ragportal.tenants.services import create_department, create_tenant

pytestmark = pytest.mark.django_db(databases=["default", "ledger"])


def verify(*arguments: str) -> str:
    out = StringIO()
    call_command("verify_audit", *arguments, stdout=out)
    return out.getvalue()


@pytest.fixture
def companies():
    """Two tenants; the records of `acme` can be forged."""
    acme, bolt = create_tenant(slug="acme", name="Acme"), create_tenant(slug="bolt", name="Bolt")
    with use_tenant(acme.pk):
        create_department(slug="hr", name="People")
    remove_triggers(connections["ledger"])
    return acme, bolt


def test_whole_chains_are_named_with_their_end(companies):
    lines = verify().splitlines()
    ends = {head.tenant_id: head.hash for head in ChainHead.objects.all()}
    assert lines == [
        f"acme: whole. Its end, to be noted elsewhere: record 2, {ends[companies[0].pk]}",
        f"bolt: whole. Its end, to be noted elsewhere: record 1, {ends[companies[1].pk]}",
    ]


def test_a_forged_record_fails_and_is_named(companies):
    AuditRecord.objects.filter(tenant_id=companies[0].pk, sequence=2).update(decision="refused")
    out = StringIO()
    with pytest.raises(CommandError, match=r"not whole: acme\. Nothing was repaired"):
        call_command("verify_audit", stdout=out)
    lines = out.getvalue().splitlines()
    assert lines[0] == "acme: Record 2 was changed or forged, or written with another key."
    assert len(lines) == 2 and lines[1].startswith("bolt: whole.")


def test_one_tenant_alone(companies):
    AuditRecord.objects.filter(tenant_id=companies[0].pk, sequence=2).update(decision="refused")
    assert verify("--tenant", "bolt").startswith("bolt: whole.")
    with pytest.raises(CommandError, match="acme"):
        verify("--tenant", "acme")


def test_a_chain_removed_as_a_whole_is_noticed(companies):
    AuditRecord.objects.filter(tenant_id=companies[0].pk).delete()
    ChainHead.objects.filter(tenant_id=companies[0].pk).delete()
    with pytest.raises(CommandError, match="acme"):
        verify()


def test_the_chain_of_a_tenant_that_is_gone_is_verified(companies):
    Tenant.objects.filter(pk=companies[1].pk)._raw_delete("default")
    assert f"tenant {companies[1].pk}: whole." in verify()


def test_an_unknown_tenant(companies):
    with pytest.raises(CommandError, match="There is no tenant 'nowhere'"):
        verify("--tenant", "nowhere")


def test_an_unusable_key(companies, settings, tmp_path):
    settings.AUDIT_KEY_FILE = tmp_path / "audit.key"
    settings.AUDIT_KEY_FILE.touch()
    with pytest.raises(CommandError, match="key cannot be read.*is empty.*Nothing was verified"):
        verify()
