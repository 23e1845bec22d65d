"""What a database that cannot be used is called, by the errors that real ones give."""

import sqlite3
from contextlib import closing

import pytest
from django.db import OperationalError, connection, transaction

from ragportal.common.errors import Unavailable
from ragportal.knowledge.documents.removal import remove_documents
from ragportal.knowledge.models import Document, Source, SyncRun
from ragportal.knowledge.sync.sync_source import sync_source
from ragportal.knowledge.troubles import explained_troubles
from tests.factories.memory_source import readers
from tests.factories.other_process import OtherProcess, on_postgresql

ADA = "ada@harbour.example"
COMMITTING = pytest.mark.django_db(databases=["default", "ledger"], transaction=True)
END_ALL = """
SELECT pg_terminate_backend(pid) FROM pg_stat_activity
 WHERE datname = current_database() AND pid <> pg_backend_pid()
"""


def test_a_full_disk_of_sqlite_has_its_name(tmp_path):
    with closing(sqlite3.connect(tmp_path / "full.sqlite3")) as file:
        file.executescript("CREATE TABLE words (word); PRAGMA max_page_count = 3")
        with pytest.raises(Unavailable, match="The disk of the database is full"), explained_troubles():
            try:
                file.executemany("INSERT INTO words VALUES (?)", [["x" * 1000]] * 100)
            except sqlite3.OperationalError as error:
                raise OperationalError(*error.args) from error


@pytest.mark.django_db
def test_other_words_of_an_error_are_not_taken_for_its_kind():
    with pytest.raises(Unavailable, match="could not be used"), explained_troubles():
        raise OperationalError("use full text search; the row is locked up")


@on_postgresql
@COMMITTING
class TestServer:
    @pytest.fixture
    def other(self, tenant):
        process = OtherProcess(tenant.pk)
        yield process
        process.ends()

    def test_a_lock_that_nobody_lets_go(self, source, memory, other):
        memory.put("travel", "Hotels cost 180.", readers(ADA))
        sync_source(source=source)
        other.begins()
        other.does(lambda: list(Document.objects.select_for_update()))
        with pytest.raises(Unavailable, match="locked by another process"), explained_troubles(), transaction.atomic():
            connection.cursor().execute("SET LOCAL lock_timeout = '50ms'")
            remove_documents(source_id=source.pk, external_ids=["travel"])
        other.commits()
        assert Document.objects.get().removed_at is None

    def test_a_statement_that_takes_too_long(self, tenant):
        with pytest.raises(Unavailable, match="took too long"), explained_troubles(), transaction.atomic():
            connection.cursor().execute("SET LOCAL statement_timeout = '50ms'; SELECT pg_sleep(5)")

    def test_a_server_that_ends_all_connections_during_a_sync(self, source, memory, other):
        memory.put("travel", "Hotels cost 180.", readers(ADA))
        sync_source(source=source)
        memory.put("travel", "Hotels cost 220.", readers(ADA))

        def end_all():
            with connection.cursor() as cursor:
                cursor.execute(END_ALL)

        memory.before_access = lambda name: other.does(end_all)
        with pytest.raises(Unavailable, match="could not be used"):
            sync_source(source=source)
        connection.close()
        assert Document.objects.get().current_version.text == "Hotels cost 180."

        memory.before_access = None
        assert sync_source(source=Source.objects.get()).state == SyncRun.State.DONE
        assert Document.objects.get().current_version.text == "Hotels cost 220."
