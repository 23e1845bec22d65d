"""A database, an index folder and a company that exist for one measurement and leave nothing behind."""

import shutil
import signal
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from types import FrameType
from typing import Any

from django.core.management import call_command
from django.db import connections
from django.test.utils import override_settings
from django.utils import timezone

from ragportal.access.asker import Asker
from ragportal.access.scope import scope_cache
from ragportal.common.tenancy import use_tenant
from ragportal.tenants.models import Membership, MembershipRole, Role, Tenant, User

ASKER_EMAIL = "asker@evaluation.invalid"


@contextmanager
def throwaway_company(**changed_settings: Any) -> Iterator[Asker]:
    """A new company with one employee, current for the block, in SQLite files and an index folder of its own.

    The configured database and index are neither read nor written. Everything is removed at the end, after
    Ctrl-C and a termination signal too. `changed_settings` hold for the block.
    """
    folder = Path(tempfile.mkdtemp(prefix="ragportal-evaluation-"))
    try:
        with _terminated_like_interrupted(), _databases_in(folder):
            changed = {"INDEX_DIR": folder / "index", **changed_settings}
            with override_settings(**changed), _company() as asker:
                yield asker
    finally:
        shutil.rmtree(folder, ignore_errors=True)


@contextmanager
def _company() -> Iterator[Asker]:
    tenant = Tenant.objects.create(slug="evaluation", name="Evaluation")
    with use_tenant(tenant.pk):
        user = User.objects.create_user(ASKER_EMAIL, name="Asker", email_verified_at=timezone.now())
        membership = Membership.objects.create(user=user)
        MembershipRole.objects.create(membership=membership, role=Role.EMPLOYEE)
        yield Asker(tenant_id=tenant.pk, membership_id=membership.pk, user_id=user.pk)


@contextmanager
def _databases_in(folder: Path) -> Iterator[None]:
    """Point every database alias at a new, migrated SQLite file in `folder`.

    Scopes are cached by ids that mean other people elsewhere, so they are forgotten before and after.
    """
    formerly = {alias: (connections[alias], connections.settings[alias]) for alias in connections}
    scope_cache.cache_clear()
    try:
        for alias, (_, configured) in formerly.items():
            connections.settings[alias] = _sqlite(configured, folder / f"{alias}.sqlite3")
            del connections[alias]
        for alias in formerly:
            call_command("migrate", database=alias, verbosity=0, interactive=False)
        yield
    finally:
        for alias, (connection, configured) in formerly.items():
            connections[alias].close()
            connections.settings[alias] = configured
            connections[alias] = connection
        scope_cache.cache_clear()


def _sqlite(configured: dict[str, Any], file: Path) -> dict[str, Any]:
    options = {
        "transaction_mode": "IMMEDIATE",
        "timeout": 20,
        # Nothing here outlives the process, so nothing waits for the disk.
        "init_command": "PRAGMA journal_mode=WAL; PRAGMA synchronous=OFF; PRAGMA cache_size=-64000;",
    }
    # Two files, also where two aliases of a server mean one database.
    test = {**configured["TEST"], "MIRROR": None}
    return {**configured, "ENGINE": "django.db.backends.sqlite3", "NAME": file, "OPTIONS": options, "TEST": test}


@contextmanager
def _terminated_like_interrupted() -> Iterator[None]:
    """SIGTERM raises KeyboardInterrupt as Ctrl-C does, so that clean-up runs; only where the main thread is ours."""
    try:
        former = signal.signal(signal.SIGTERM, _interrupt)
    except ValueError:  # another thread than the main one: signals are not ours to handle
        yield
        return
    try:
        yield
    finally:
        signal.signal(signal.SIGTERM, former)


def _interrupt(number: int, frame: FrameType | None) -> None:
    raise KeyboardInterrupt
