"""One machine, no server to install: the default of `make run` and `manage.py`. DATABASE_URL replaces its two files."""

from ragportal.common.secrets import secret_from_file
from ragportal.settings import environment as env
from ragportal.settings.base import *  # noqa: F403
from ragportal.settings.base import DATA_DIR
from ragportal.settings.postgresql import postgresql_databases
from ragportal.settings.sqlite import sqlite_database

DEBUG = False
SECRET_KEY = secret_from_file(DATA_DIR / "secrets" / "django.key")
ALLOWED_HOSTS = env.env_list("RAGPORTAL_ALLOWED_HOSTS", default=["localhost", "127.0.0.1", "[::1]"])
DATABASES = postgresql_databases(required=False) or {
    "default": sqlite_database(DATA_DIR / "main.sqlite3"),
    "ledger": sqlite_database(DATA_DIR / "ledger.sqlite3"),
}
SHOW_PROGRESS = env.env_bool("RAGPORTAL_SHOW_PROGRESS", default=True)

env.finish()
