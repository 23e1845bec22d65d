"""Data sets in BEIR layout, whole and broken."""

import pytest

from ragportal.common.errors import InvalidInput
from ragportal.evaluation.beir import BeirDocument, load_beir

CORPUS = '{"_id": "d1", "title": "Bikes", "text": "Behind the office."}\n{"_id": "d2", "text": "Lunch is at noon."}\n'
QUERIES = '{"_id": "q1", "text": "where are bikes"}\n{"_id": "q2", "text": "not judged"}\n'
QRELS = "query-id\tcorpus-id\tscore\nq1\td1\t1\nq1\td2\t0\n"


@pytest.fixture
def folder(tmp_path):
    (tmp_path / "corpus.jsonl").write_text(CORPUS)
    (tmp_path / "queries.jsonl").write_text(QUERIES)
    (tmp_path / "qrels").mkdir()
    (tmp_path / "qrels" / "test.tsv").write_text(QRELS)
    return tmp_path


def test_documents_and_judged_queries(folder):
    dataset = load_beir(folder)

    assert dataset.documents == (
        BeirDocument("d1", "Bikes", "Behind the office."),
        BeirDocument("d2", "", "Lunch is at noon."),
    )
    assert dataset.queries == {"q1": "where are bikes"}
    assert dataset.judgements == {"q1": {"d1": 1}}


def test_judgements_without_column_names(folder):
    (folder / "qrels" / "test.tsv").write_text("q1\td1\t2\n")

    assert load_beir(folder).judgements == {"q1": {"d1": 2}}


@pytest.mark.parametrize(
    ("file", "content", "said"),
    [
        ("corpus.jsonl", '{"_id": "d1"}\nnonsense\n', "corpus.jsonl, line 2: not a JSON object"),
        ("corpus.jsonl", "[1]\n", "corpus.jsonl, line 1: not a JSON object"),
        ("corpus.jsonl", '{"title": "x"}\n', "line 1: has no '_id'"),
        ("corpus.jsonl", "", "0 documents"),
        ("queries.jsonl", '{"_id": "q1"}\n', "line 1: has no 'text'"),
        ("queries.jsonl", '{"_id": "q9", "text": "x"}\n', "judges query 'q1'"),
        ("qrels/test.tsv", "query\tcorpus\tscore\nq1 d1 1\n", "test.tsv, line 2: expected query, document and grade"),
        ("qrels/test.tsv", "query\tcorpus\tscore\n", "0 judged queries"),
    ],
)
def test_broken_files_are_named(folder, file, content, said):
    (folder / file).write_text(content)

    with pytest.raises(InvalidInput, match=said):
        load_beir(folder)


def test_bytes_that_are_no_text(folder):
    (folder / "queries.jsonl").write_bytes(b"\xff\xfe\n")

    with pytest.raises(InvalidInput, match="not UTF-8"):
        load_beir(folder)


def test_a_missing_split_is_named(folder):
    with pytest.raises(InvalidInput, match=r"train\.tsv cannot be read: No such file.*--split"):
        load_beir(folder, split="train")
