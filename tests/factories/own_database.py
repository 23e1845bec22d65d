"""Where processes that a test starts keep their rows: the files of their data folder, or a database made for them.

A test's own database is of no use to them: what it wrote is not committed, and it is emptied behind each test.
"""

import os
import secrets
import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import psycopg

from ragportal.settings.environment import Environment

NAMES = ("DATABASE_URL", "DATABASE_URL_FILE", "LEDGER_DATABASE_URL", "LEDGER_DATABASE_URL_FILE")


def server_url() -> str:
    """The address that these tests run on; "" = files."""
    return Environment(os.environ).env_secret("DATABASE_URL", default="")


class OwnDatabase:
    """Of the processes with the data folder `data`, at first a copy of `like`, to which nobody is connected.

    `variables` name it to a process. `drop` it at the end, whoever is connected.
    """

    def __init__(self, data: Path, like: "OwnDatabase | None" = None) -> None:
        self._file = data / "main.sqlite3"
        self._server = server_url()
        self._name = f"test_own_{secrets.token_hex(6)}"
        self._url = urlsplit(self._server)._replace(path=f"/{self._name}").geturl() if self._server else ""
        self.variables = dict.fromkeys(NAMES, "") | {"DATABASE_URL": self._url}
        if self._server:
            template = f"TEMPLATE {like._name}" if like else ""
            self._on_server(f"CREATE DATABASE {self._name} {template}")

    def has_tables(self) -> bool:
        if not self._server:
            return self._file.exists()
        return bool(self._asked("SELECT count(*) FROM pg_tables WHERE schemaname = 'public'"))

    def count(self, table: str) -> int:
        """Rows that are committed."""
        return int(self._asked(f"SELECT count(*) FROM {table}"))  # noqa: S608 - a test's own word

    def drop(self) -> None:
        if self._server:
            self._on_server(f"DROP DATABASE {self._name} WITH (FORCE)")

    def _asked(self, question: str) -> Any:
        with self._connected() as connection:
            return connection.execute(question).fetchone()[0]

    @contextmanager
    def _connected(self) -> Iterator[Any]:
        with closing(psycopg.connect(self._url) if self._server else sqlite3.connect(self._file)) as connection:
            yield connection

    def _on_server(self, statement: str) -> None:
        with psycopg.connect(self._server, autocommit=True) as connection:
            connection.execute(statement)
