"""What an address may look like, and that no message repeats a part of it."""

import pytest

from ragportal.settings.database_address import DatabaseAddress, database_address


@pytest.mark.parametrize(
    ("text", "address"),
    [
        (
            "postgresql://ann:secret@db.example:5433/portal",
            DatabaseAddress("portal", "db.example", 5433, "ann", "secret"),
        ),
        ("postgres://db/portal", DatabaseAddress("portal", "db")),
        (
            "postgresql://a%40b:p%2Fa%3Fs%23s%25@[::1]/my%20portal",
            DatabaseAddress("my portal", "::1", 5432, "a@b", "p/a?s#s%"),
        ),
        ("postgresql:///portal", DatabaseAddress("portal")),
        ("postgresql:///portal?host=/run/postgresql", DatabaseAddress("portal", "/run/postgresql")),
        ("postgresql://%2Frun%2Fpostgresql/portal", DatabaseAddress("portal", "/run/postgresql")),
        (
            "postgresql://db/portal?sslmode=verify-full&sslrootcert=/etc/ca.pem&connect_timeout=3",
            DatabaseAddress(
                "portal",
                "db",
                options={"sslmode": "verify-full", "sslrootcert": "/etc/ca.pem", "connect_timeout": "3"},
            ),
        ),
    ],
)
def test_good_addresses(text, address):
    assert database_address(text) == address


SECRET = "hunter2"


@pytest.mark.parametrize(
    ("text", "said"),
    [
        (SECRET, "names no PostgreSQL server"),
        (f"mysql://ann:{SECRET}@db/portal", "names no PostgreSQL server"),
        (f"sqlite:///{SECRET}.sqlite3", "names no PostgreSQL server"),
        (f"postgresql://ann:{SECRET}@db", "names no database"),
        (f"postgresql://ann:{SECRET}@db/", "names no database"),
        (f"postgresql://ann:{SECRET}@db/portal/more", "names no database"),
        (f"postgresql://ann:/{SECRET}@db/portal", "names no database"),
        (f"postgresql://ann:#{SECRET}@db/portal", "names no database"),
        (f"postgresql://ann:?{SECRET}@db/portal", "option that is unknown"),
        (f"postgresql://ann:{SECRET}@db:many/portal", "no usable host or port"),
        (f"postgresql://ann:{SECRET}@db:0/portal", "no usable host or port"),
        (f"postgresql://ann:{SECRET}@db:70000/portal", "no usable host or port"),
        (f"postgresql://ann:[{SECRET}@db/portal", "no usable host or port"),
        (f"postgresql://ann:{SECRET}℀@db/portal", "no usable host or port"),
        (f"postgresql://ann:{SECRET}@db/portal?password={SECRET}", "option that is unknown"),
        (f"postgresql://ann:{SECRET}@db/portal?sslmode=require&sslmode=disable", "named twice"),
        (f"postgresql://ann:{SECRET}@db/portal?sslmode=on", "unknown sslmode; allowed: disable, allow"),
        (f"postgresql://ann:{SECRET}@db/portal?connect_timeout=soon", "connect_timeout"),
    ],
)
def test_bad_addresses_are_named_without_repeating_them(text, said):
    with pytest.raises(ValueError, match=said) as caught:
        database_address(text)
    assert SECRET not in str(caught.value) and "ann" not in str(caught.value).replace("cannot", "")
    assert caught.value.__suppress_context__ or caught.value.__context__ is None


def test_a_password_is_in_no_representation():
    assert SECRET not in repr(database_address(f"postgresql://ann:{SECRET}@db/portal"))
