"""Which tables live in the ledger: small writes that must not wait for a sync's large ones."""

from typing import Any

from django.conf import settings
from django.db.models import Model

LEDGER_APPS = frozenset({"audit", "costs"})
_PLACE = ("ENGINE", "NAME", "HOST", "PORT")


class LedgerRouter:
    """Audit and usage go to the alias `ledger`, everything else to `default`."""

    def db_for_read(self, model: type[Model], **hints: Any) -> str:
        return "ledger" if model._meta.app_label in LEDGER_APPS else "default"

    db_for_write = db_for_read

    def allow_relation(self, one: Model, other: Model, **hints: Any) -> bool:
        return (one._meta.app_label in LEDGER_APPS) == (other._meta.app_label in LEDGER_APPS)

    def allow_migrate(self, db: str, app_label: str, **hints: Any) -> bool:
        """Each table is made once. Where both aliases mean one database, `default` makes them all.

        There both aliases share the list of applied migrations too, so whichever came second would find
        its own marked as applied and make no table.
        """
        if ledger_is_the_main_database():
            return db == "default"
        return (db == "ledger") == (app_label in LEDGER_APPS)


def ledger_is_the_main_database() -> bool:
    """True where `default` and `ledger` are two connections to one database, as in production.

    Django's tests give the first of them another name, and leave only the word MIRROR to tell by.
    """
    main, ledger = settings.DATABASES["default"], settings.DATABASES["ledger"]
    if ledger.get("TEST", {}).get("MIRROR") == "default":
        return True
    return all(main.get(part) == ledger.get(part) for part in _PLACE)
