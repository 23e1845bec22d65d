import pytest
from django.apps import apps

from ragportal.audit.models import AuditRecord, ChainHead
from ragportal.common.routing import LEDGER_APPS, LedgerRouter
from ragportal.tenants.models import Department, Tenant

ROUTER = LedgerRouter()


@pytest.mark.parametrize("model", apps.get_models(), ids=lambda model: model._meta.label)
def test_only_audit_and_costs_live_in_the_ledger(model):
    place = "ledger" if model._meta.app_label in ("audit", "costs") else "default"
    assert (ROUTER.db_for_read(model), ROUTER.db_for_write(model)) == (place, place)


def test_nothing_is_related_across_the_border():
    assert ROUTER.allow_relation(Tenant(), Tenant()) and ROUTER.allow_relation(ChainHead(), AuditRecord())
    assert not ROUTER.allow_relation(Tenant(), AuditRecord())
    for app in LEDGER_APPS:
        for model in apps.get_app_config(app).get_models():
            assert not [field for field in model._meta.get_fields() if field.is_relation]


@pytest.mark.parametrize("app", ["audit", "costs", Department._meta.app_label, "auth"])
class TestTables:
    def test_two_databases_have_each_their_own(self, app, settings, monkeypatch):
        for alias in ("default", "ledger"):
            monkeypatch.setitem(settings.DATABASES, alias, {"ENGINE": "django.db.backends.sqlite3", "NAME": alias})
        ledger = app in LEDGER_APPS
        assert (ROUTER.allow_migrate("default", app), ROUTER.allow_migrate("ledger", app)) == (not ledger, ledger)

    @pytest.mark.parametrize("change", [{}, {"NAME": "test_ragportal", "TEST": {"MIRROR": "default"}}])
    def test_one_database_has_them_all_once(self, app, settings, monkeypatch, change):
        one = {"ENGINE": "django.db.backends.postgresql", "NAME": "ragportal", "HOST": "db", "PORT": 5432}
        monkeypatch.setitem(settings.DATABASES, "default", one)
        monkeypatch.setitem(settings.DATABASES, "ledger", {**one, **change})
        assert (ROUTER.allow_migrate("default", app), ROUTER.allow_migrate("ledger", app)) == (True, False)
