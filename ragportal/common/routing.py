"""Which tables live in the ledger: small writes that must not wait for a sync's large ones."""

from typing import Any

from django.db.models import Model

LEDGER_APPS = frozenset({"audit", "costs"})


class LedgerRouter:
    """Audit and usage go to the alias `ledger`, everything else to `default`."""

    def db_for_read(self, model: type[Model], **hints: Any) -> str:
        return "ledger" if model._meta.app_label in LEDGER_APPS else "default"

    db_for_write = db_for_read

    def allow_relation(self, one: Model, other: Model, **hints: Any) -> bool:
        return (one._meta.app_label in LEDGER_APPS) == (other._meta.app_label in LEDGER_APPS)

    def allow_migrate(self, db: str, app_label: str, **hints: Any) -> bool:
        return (db == "ledger") == (app_label in LEDGER_APPS)
