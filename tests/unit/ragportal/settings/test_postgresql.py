"""Settings files in processes of their own: the addresses they take, and what a connection then stands under."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest
from django.db import connection

ROOT = Path(__file__).resolve().parents[4]
SECRET = "hunter2-hunter2"
URL = f"postgresql://ann:{SECRET}@db.example/portal"
LEDGER_URL = f"postgresql://ann:{SECRET}@ledger.example/portal"
SERVER = {
    "RAGPORTAL_SECRET_KEY": "s" * 50,
    "RAGPORTAL_AUDIT_KEY": "a" * 50,
    "RAGPORTAL_ALLOWED_HOSTS": "portal.example",
}
SHOW = """
import json, sys
from django.conf import settings
print(json.dumps({alias: {**one, "NAME": str(one["NAME"])} for alias, one in settings.DATABASES.items()}))
"""
WITHOUT_PSYCOPG = "import sys; sys.modules['psycopg'] = None\n"


def run(tmp_path, code=SHOW, way="embedded", **variables):
    inherited = {name: value for name, value in os.environ.items() if "DATABASE_URL" not in name}
    environment = {
        **inherited,
        "DJANGO_SETTINGS_MODULE": f"ragportal.settings.{way}",
        "RAGPORTAL_DATA_DIR": str(tmp_path),
        **variables,
    }
    return subprocess.run([sys.executable, "-c", code], cwd=ROOT, env=environment, capture_output=True, text=True)


def databases(tmp_path, **options):
    done = run(tmp_path, **options)
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)


def complaint(tmp_path, **options):
    done = run(tmp_path, **options)
    assert done.returncode != 0
    assert SECRET[:4] not in done.stdout + done.stderr
    return done.stderr


def test_without_an_address_there_are_two_files(tmp_path):
    assert [one["ENGINE"].rpartition(".")[2] for one in databases(tmp_path).values()] == ["sqlite3"] * 2


@pytest.mark.parametrize(("way", "more"), [("embedded", {}), ("test", {}), ("production", SERVER)])
def test_one_address_is_both_databases(tmp_path, way, more):
    found = databases(tmp_path, way=way, DATABASE_URL=URL, **more)
    places = [(one["HOST"], one["PORT"], one["NAME"], one["USER"], one["PASSWORD"]) for one in found.values()]
    assert places == [("db.example", 5432, "portal", "ann", SECRET)] * 2
    assert found["ledger"]["TEST"] == {"MIRROR": "default"}


def test_the_ledger_may_have_its_own(tmp_path):
    found = databases(tmp_path, DATABASE_URL=URL, LEDGER_DATABASE_URL=LEDGER_URL)
    assert [one["HOST"] for one in found.values()] == ["db.example", "ledger.example"]
    assert "TEST" not in found["ledger"]


def test_the_same_address_twice_is_one_database(tmp_path):
    found = databases(tmp_path, DATABASE_URL=URL, LEDGER_DATABASE_URL=URL)
    assert found["ledger"]["TEST"] == {"MIRROR": "default"}


def test_an_address_may_come_from_a_file(tmp_path):
    (tmp_path / "address").write_text(f"{URL}\n")
    assert databases(tmp_path, DATABASE_URL_FILE=str(tmp_path / "address"))["default"]["PASSWORD"] == SECRET


def test_a_server_keeps_connections_for_the_next_request(tmp_path):
    pool = databases(tmp_path, way="production", DATABASE_URL=URL, RAGPORTAL_DATABASE_CONNECTIONS="7", **SERVER)
    assert pool["default"]["OPTIONS"]["pool"]["max_size"] == 7
    assert pool["default"]["CONN_MAX_AGE"] == 0, "Django allows a pool only so"


@pytest.mark.parametrize(
    ("variables", "said"),
    [
        ({"way": "production", **SERVER}, "DATABASE_URL is not set (nor DATABASE_URL_FILE)"),
        ({"DATABASE_URL": f"mysql://ann:{SECRET}@db/portal"}, "DATABASE_URL names no PostgreSQL server"),
        ({"LEDGER_DATABASE_URL": URL}, "LEDGER_DATABASE_URL is set, but DATABASE_URL is not"),
        ({"DATABASE_URL": URL, "DATABASE_URL_FILE": "/nowhere"}, "DATABASE_URL is set beside DATABASE_URL_FILE"),
        ({"DATABASE_URL": URL, "RAGPORTAL_STATEMENT_SECONDS": "-1"}, "RAGPORTAL_STATEMENT_SECONDS is -1"),
        ({"DATABASE_URL": URL, "code": WITHOUT_PSYCOPG + SHOW}, "DATABASE_URL needs the package psycopg"),
    ],
)
def test_what_does_not_fit_stops_the_start(tmp_path, variables, said):
    assert complaint(tmp_path, **variables).count(said) == 1


@pytest.mark.skipif(connection.vendor != "postgresql", reason="asks a PostgreSQL server what it stands under")
class TestConnection:
    @pytest.mark.django_db(databases=["default", "ledger"])
    @pytest.mark.parametrize(
        ("name", "value"),
        [
            ("transaction_isolation", "read committed"),
            ("statement_timeout", "2min"),
            ("lock_timeout", "20s"),
            ("idle_in_transaction_session_timeout", "1min"),
            ("application_name", "ragportal"),
        ],
    )
    def test_stands_under_the_bounds(self, name, value):
        with connection.cursor() as cursor:
            cursor.execute("SELECT current_setting(%s)", [name])
            assert cursor.fetchone() == (value,)

    def test_a_server_answers_over_its_pool(self, tmp_path):
        code = """
import django
django.setup()
from django.db import connections
for alias in ("default", "ledger"):
    for _ in range(9):
        with connections[alias].cursor() as cursor:
            cursor.execute("SELECT pg_backend_pid()")
            print(cursor.fetchone()[0])
        connections[alias].close()
"""
        done = run(tmp_path, code, "production", DATABASE_URL=os.environ["DATABASE_URL"], **SERVER)
        assert done.returncode == 0 and done.stderr == "", done.stderr
        assert len(set(done.stdout.split())) < 18, "connections are used again"
