"""The embedded way with throw-away files, the small deterministic embedder and quick password hashing.

With DATABASE_URL the tests run on that server, in databases of their own that bear its database's name behind `test_`.
"""

import atexit
import shutil
import tempfile
from pathlib import Path

from ragportal.settings import environment as env
from ragportal.settings.base import *  # noqa: F403
from ragportal.settings.base import INSTALLED_APPS
from ragportal.settings.postgresql import postgresql_databases
from ragportal.settings.sqlite import sqlite_database

_folder = Path(tempfile.mkdtemp(prefix="ragportal-test-"))
atexit.register(shutil.rmtree, _folder, ignore_errors=True)

DEBUG = False
SECRET_KEY = "only-for-tests-" + "0" * 50
ALLOWED_HOSTS = ["*"]
DATA_DIR = _folder
INDEX_DIR = _folder / "index"
AUDIT_KEY_FILE = _folder / "audit.key"
# Nothing here outlives the tests, so no commit waits for the disk.
DATABASES = postgresql_databases(required=False, session="-c synchronous_commit=off") or {
    "default": {**sqlite_database(_folder / "main.sqlite3"), "TEST": {"NAME": _folder / "test_main.sqlite3"}},
    "ledger": {**sqlite_database(_folder / "ledger.sqlite3"), "TEST": {"NAME": _folder / "test_ledger.sqlite3"}},
}
INSTALLED_APPS = [*INSTALLED_APPS, "tests.emptying"]  # after each transactional test, the audit records too
EMBEDDER = "tests.factories.embedder.open_fake_embedder"
CELERY_BROKER_URL, CELERY_BROKER_TRANSPORT, CELERY_BROKER_TRANSPORT_OPTIONS = "memory://", None, {}
PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]

env.finish()
