"""The command: a whole measurement in a company that is gone afterwards."""

import json
import signal
from io import StringIO

import pytest
from django.core.management import CommandError, call_command
from django.db import connections

from ragportal.evaluation import retrieval, throwaway
from ragportal.tenants.models import Tenant

DOCUMENTS = {
    "bikes": ("Bikes", "The bicycles are kept behind the harbour office."),
    "lunch": ("", "Lunch is served at noon in the canteen."),
    "q-self": ("Where is lunch", "Where is lunch served today"),
    "title": ("Only a title", ""),
    "empty": ("", ""),
}
QUERIES = {"q-bikes": "where are the bicycles kept", "q-self": "Where is lunch served today"}
QRELS = "query-id\tcorpus-id\tscore\nq-bikes\tbikes\t1\nq-self\tlunch\t1\n"


@pytest.fixture
def folder(tmp_path):
    rows = [json.dumps({"_id": key, "title": title, "text": text}) for key, (title, text) in DOCUMENTS.items()]
    (tmp_path / "corpus.jsonl").write_text("\n".join(rows))
    (tmp_path / "queries.jsonl").write_text(
        "\n".join(json.dumps({"_id": key, "text": text}) for key, text in QUERIES.items())
    )
    (tmp_path / "qrels").mkdir()
    (tmp_path / "qrels" / "test.tsv").write_text(QRELS)
    return tmp_path


@pytest.fixture
def own_folder(tmp_path, monkeypatch):
    """Where throw-away companies live."""
    place = tmp_path / "temporary"
    place.mkdir()
    monkeypatch.setattr(throwaway.tempfile, "tempdir", str(place))
    return place


@pytest.mark.django_db(databases=["default", "ledger"])
class TestMeasuring:
    def test_one_json_object(self, folder, own_folder):
        output, errors = StringIO(), StringIO()

        call_command("evaluate_retrieval", str(folder), "--json", stdout=output, stderr=errors)

        result = json.loads(output.getvalue())
        assert (result["documents"], result["queries"]) == (5, 2)
        assert set(result["parts"]) == {"bm25", "dense", "fused"}
        # A query that is itself a document does not find itself, so "lunch" comes first for q-self.
        assert result["parts"]["fused"] == {"ndcg@10": 1.0, "recall@10": 1.0, "recall@100": 1.0, "mrr@10": 1.0}

    def test_a_table_for_people(self, folder, own_folder):
        output = StringIO()
        call_command("evaluate_retrieval", str(folder), stdout=output)

        assert output.getvalue().startswith("5 documents, 2 queries")

    def test_nothing_is_left(self, folder, own_folder):
        former = {alias: connections[alias] for alias in connections}
        call_command("evaluate_retrieval", str(folder), stdout=StringIO())

        assert list(own_folder.iterdir()) == []
        assert {alias: connections[alias] for alias in connections} == former
        assert not Tenant.objects.exists()

    @pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
    def test_nothing_is_left_after_an_interruption(self, folder, own_folder, monkeypatch, number):
        monkeypatch.setattr(retrieval, "rank", lambda question, scope: signal.raise_signal(number))

        with pytest.raises(CommandError, match="Stopped"):
            call_command("evaluate_retrieval", str(folder), stdout=StringIO())

        assert list(own_folder.iterdir()) == []
        assert not Tenant.objects.exists()


def test_a_missing_folder_is_a_clear_error(tmp_path):
    with pytest.raises(CommandError, match=r"corpus\.jsonl cannot be read: No such file"):
        call_command("evaluate_retrieval", str(tmp_path / "nowhere"))
