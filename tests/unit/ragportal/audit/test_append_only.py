import pytest
from django.db import DatabaseError, connections, transaction

from ragportal.audit.append_only import REFUSAL, install_triggers, remove_triggers
from ragportal.audit.models import AuditRecord

pytestmark = pytest.mark.django_db(databases=["default", "ledger"])
REFUSED = (
    "UPDATE audit_auditrecord SET decision = 'allowed'",
    "UPDATE audit_auditrecord SET id = id + 100",
    "DELETE FROM audit_auditrecord WHERE sequence = 6",
    "DELETE FROM audit_auditrecord",
)


@pytest.mark.parametrize("statement", REFUSED)
def test_the_database_refuses(chain, statement):
    with pytest.raises(DatabaseError, match=REFUSAL), transaction.atomic(using="ledger"):
        connections["ledger"].cursor().execute(statement)
    assert AuditRecord.objects.filter(decision="answered").count() == 6


def test_the_models_cannot_go_around_it(chain):
    record = AuditRecord.objects.first()
    for change in (record.delete, record.save, AuditRecord.objects.all().delete):
        with pytest.raises(DatabaseError, match=REFUSAL), transaction.atomic(using="ledger"):
            change()


def test_removed_triggers_can_be_installed_again(chain):
    remove_triggers(connections["ledger"])
    install_triggers(connections["ledger"])
    with pytest.raises(DatabaseError, match=REFUSAL), transaction.atomic(using="ledger"):
        AuditRecord.objects.all().delete()
