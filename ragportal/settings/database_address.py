"""The address of a PostgreSQL database as one text: postgresql://user:password@host:5432/database?sslmode=require

It may hold a password, so no message repeats any part of it: what looks like a host or an option may be the rest
of a password with a special character.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from urllib.parse import SplitResult, parse_qsl, unquote, urlsplit

FORM = "postgresql://user:password@host:5432/database, special characters in its parts written like %40 for @"
SCHEMES = ("postgresql", "postgres")
SSL_MODES = ("disable", "allow", "prefer", "require", "verify-ca", "verify-full")
OPTIONS = ("host", "sslmode", "sslrootcert", "sslcert", "sslkey", "connect_timeout")
"""What may stand behind the question mark; a `host` that begins with / is the folder of the server's socket."""
HIGHEST_PORT = 65_535


@dataclass(frozen=True, slots=True)
class DatabaseAddress:
    """Where a database is and who signs in there. An empty `host` is the server's socket on this machine."""

    name: str
    host: str = ""
    port: int = 5432
    user: str = ""
    password: str = field(default="", repr=False)
    options: Mapping[str, str] = field(default_factory=dict)


def database_address(text: str) -> DatabaseAddress:
    """The parts of an address. Raises ValueError with what is allowed, for anything else than the form above."""
    parts = _split(text)
    if parts.scheme not in SCHEMES:
        raise ValueError(f"names no PostgreSQL server; allowed: {FORM}")
    options = _options(parts.query)
    host = options.pop("host", "") or unquote(parts.hostname or "")
    name = unquote(parts.path.removeprefix("/"))
    if not name or "/" in name or parts.fragment:
        raise ValueError(f"names no database; allowed: {FORM}")
    return DatabaseAddress(
        name=name,
        host=host,
        port=parts.port or 5432,
        user=unquote(parts.username or ""),
        password=unquote(parts.password or ""),
        options=options,
    )


def _split(text: str) -> SplitResult:
    try:
        parts = urlsplit(text)
        port = parts.port
    except ValueError:
        port = 0
    if port == 0:
        raise ValueError(f"has no usable host or port; allowed: {FORM}") from None
    return parts


def _options(query: str) -> dict[str, str]:
    pairs = parse_qsl(query, keep_blank_values=True)
    options = dict(pairs)
    if len(options) < len(pairs) or not options.keys() <= set(OPTIONS):
        raise ValueError(f"has an option that is unknown or named twice; allowed: {', '.join(OPTIONS)}")
    if options.get("sslmode", "prefer") not in SSL_MODES:
        raise ValueError(f"has an unknown sslmode; allowed: {', '.join(SSL_MODES)}")
    if not options.get("connect_timeout", "0").isdecimal():
        raise ValueError("has an unusable connect_timeout; allowed: a whole number of seconds")
    return options
