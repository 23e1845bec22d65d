"""PostgreSQL in place of the two SQLite files: one address for both aliases, or one for each.

Two aliases are two connections, also where they mean one database: an audit record is committed at once, whatever
becomes of the transaction around it.

The server ends what takes too long, because others wait for it:
* a statement after RAGPORTAL_STATEMENT_SECONDS; no page needs so long, a migration of large tables may;
* waiting for a lock after LOCK_SECONDS, as SQLite's files do; two processes that wait for each other end sooner;
* a transaction in which nothing happens after IDLE_SECONDS: its process sleeps or is lost, and the locks it holds keep
  every change of access waiting. No parsing, embedding or network stands inside a transaction.

A connection whose server vanished without a word is given up after about a minute (keepalives, tcp_user_timeout).
READ COMMITTED is said, not assumed: whoever waited for their turn must then see what the one before wrote.
"""

from typing import Any

from ragportal.settings import environment as env
from ragportal.settings.database_address import DatabaseAddress
from ragportal.settings.sqlite import BUSY_SECONDS

LOCK_SECONDS = BUSY_SECONDS
IDLE_SECONDS = 60
CONNECT_SECONDS = 10
POOL_SECONDS = 10
"""A page waits so long for a connection of the pool before it says that the portal is busy."""


def postgresql_databases(*, required: bool, pooled: bool = False, session: str = "") -> dict[str, dict[str, Any]]:
    """Django's DATABASES for DATABASE_URL and LEDGER_DATABASE_URL; {} where neither is set and they need not be.

    `pooled`: for servers; each request of an ASGI server runs in a thread of its own, so that nothing else keeps a
    connection for the next one. `session`: further settings of each connection, as postgres takes them.
    """
    main = env.env_database("DATABASE_URL", required=required)
    ledger = env.env_database("LEDGER_DATABASE_URL", required=False, beside="DATABASE_URL")
    seconds = env.env_int("RAGPORTAL_STATEMENT_SECONDS", default=120, minimum=0, maximum=86_400)
    connections = env.env_int("RAGPORTAL_DATABASE_CONNECTIONS", default=10, minimum=1, maximum=1000) if pooled else 0
    if main is None:
        return {}
    more = f"-c statement_timeout={seconds}s {session}".strip()
    database = _database(main, more, connections)
    if ledger is None or _place(ledger) == _place(main):
        return {"default": database, "ledger": {**database, "TEST": {"MIRROR": "default"}}}
    return {"default": database, "ledger": _database(ledger, more, connections)}


def _place(address: DatabaseAddress) -> tuple[str, int, str]:
    return address.host, address.port, address.name


def _database(address: DatabaseAddress, session: str, connections: int) -> dict[str, Any]:
    options: dict[str, Any] = {
        "application_name": "ragportal",
        "connect_timeout": CONNECT_SECONDS,
        "keepalives_idle": 30,
        "keepalives_interval": 10,
        "keepalives_count": 3,
        "tcp_user_timeout": 60_000,
        "options": (
            rf"-c default_transaction_isolation=read\ committed -c lock_timeout={LOCK_SECONDS}s"
            f" -c idle_in_transaction_session_timeout={IDLE_SECONDS}s {session}"
        ),
        **address.options,
    }
    if connections:
        options["pool"] = {"min_size": 1, "max_size": connections, "timeout": POOL_SECONDS}
    return {
        "ENGINE": "django.db.backends.postgresql",
        "NAME": address.name,
        "USER": address.user,
        "PASSWORD": address.password,
        "HOST": address.host,
        "PORT": address.port,
        "CONN_MAX_AGE": 0,
        "CONN_HEALTH_CHECKS": True,
        "OPTIONS": options,
    }
