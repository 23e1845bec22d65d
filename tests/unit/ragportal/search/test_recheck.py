"""The recheck's statement."""

import re

from django.db import connection
from django.test.utils import CaptureQueriesContext

from ragportal.search.recheck import any_replaced, readable_chunks


def test_it_begins_with_the_few_chunks_and_not_with_all_documents(library):
    document = library.add("Bicycles", "The bicycles are kept behind the harbour office.")
    chunks = list(document.current_version.chunks.values_list("pk", flat=True))
    with CaptureQueriesContext(connection) as captured:
        assert list(readable_chunks(chunks, library.scope())) == chunks
    (statement,) = (query["sql"] for query in captured if "knowledge_chunk" in query["sql"])

    with connection.cursor() as cursor:
        plan = PLAN[connection.vendor](cursor, statement)

    assert "chunk by its id" in plan
    assert connection.vendor != "sqlite" or "document by its id" in plan  # a server may know a quicker way to so few


KEY = r"Index Scan using knowledge_(?:\w+_pkey|document_current_version_\w+) on \w+ (\w+)"


def plan_of_sqlite(cursor, statement):
    cursor.execute(f"EXPLAIN QUERY PLAN {statement}")
    told = " ".join(row[-1] for row in cursor.fetchall())
    return {f"{table} by its id" for table in re.findall(r"SEARCH (\w+) USING INTEGER PRIMARY KEY \(rowid=\?\)", told)}


def plan_of_postgresql(cursor, statement):
    """As with tables that are too large to be read whole. The current version of a document names it as its id does."""
    cursor.execute("SET LOCAL enable_seqscan = off")
    cursor.execute(f"EXPLAIN {statement}")
    told = " ".join(row[0] for row in cursor.fetchall())
    return {f"{table} by its id" for table in re.findall(KEY, told)}


PLAN = {"sqlite": plan_of_sqlite, "postgresql": plan_of_postgresql}


def test_nothing_asked_is_nothing_read(library):
    assert readable_chunks([], library.scope()) == {}


def test_a_version_that_was_replaced_is_told_from_one_that_was_refused(library):
    document = library.add("Bicycles", "Old.")
    old = list(document.current_version.chunks.values_list("pk", flat=True))
    assert not any_replaced(old)

    library.publish(document, library.stage(document, "New."))

    assert any_replaced(old)
