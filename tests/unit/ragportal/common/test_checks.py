import pytest
from django.core.checks import registry

from ragportal.common.checks import check_adapters, check_data_folder, check_databases, check_work
from ragportal.common.work.kinds import WorkKind

FINE = "ragportal.common.errors.ProductError"


@pytest.fixture(autouse=True)
def fine_adapters(settings):
    settings.INDEX_BACKEND = settings.EMBEDDER = settings.MODEL_FETCHER = FINE
    settings.CONNECTORS = {"files": FINE}
    settings.WORK_BELL, settings.WORK_TICKS = FINE, (FINE,)
    settings.WORK = {"note": WorkKind("ingest", FINE)}


def test_the_checks_are_registered():
    assert {check_adapters, check_data_folder, check_databases, check_work} <= set(registry.registry.get_checks())


class TestAdapters:
    def test_fine_paths_say_nothing(self):
        assert check_adapters() == []

    @pytest.mark.parametrize("path", ["nowhere.Thing", "ragportal.common.errors.Nothing", "plain", "", None, 7])
    @pytest.mark.parametrize("name", ["INDEX_BACKEND", "EMBEDDER", "MODEL_FETCHER"])
    def test_a_wrong_path_is_an_error_that_names_it(self, settings, name, path):
        setattr(settings, name, path)
        [error] = check_adapters()
        assert error.id == "ragportal.E001" and error.msg.startswith(name) and repr(path) in error.msg and error.hint

    def test_a_missing_setting_is_an_error(self, settings):
        del settings.EMBEDDER
        assert [error.id for error in check_adapters()] == ["ragportal.E001"]

    def test_each_wrong_connector_is_named(self, settings):
        settings.CONNECTORS = {"files": FINE, "wiki": "nowhere.Wiki", "chat": "nowhere.Chat"}
        assert [error.msg.partition(" ")[0] for error in check_adapters()] == [
            "CONNECTORS['wiki']",
            "CONNECTORS['chat']",
        ]

    def test_each_wrong_tick_is_named(self, settings):
        settings.WORK_TICKS = (FINE, "nowhere.tick")
        assert [error.msg.partition(" ")[0] for error in check_adapters()] == ["WORK_TICKS[1]"]


class TestWork:
    def test_a_fine_table_says_nothing(self):
        assert check_work() == []

    @pytest.mark.parametrize(
        "kind", [WorkKind("ingest", "nowhere.handle"), WorkKind("slow", FINE), ("ingest", FINE), FINE]
    )
    def test_a_wrong_line_is_an_error_that_names_it(self, settings, kind):
        settings.WORK = {"fine": WorkKind("sync", FINE), "note": kind}
        [error] = check_work()
        assert error.id == "ragportal.E004" and error.msg.startswith("WORK['note']") and "maintenance" in error.hint


class TestDataFolder:
    def test_a_folder_that_can_be_made_is_fine(self, settings, tmp_path):
        settings.DATA_DIR = tmp_path / "a" / "b"
        assert check_data_folder() == [] and not settings.DATA_DIR.exists()

    def test_a_file_in_its_place_is_an_error(self, settings, tmp_path):
        (tmp_path / "file").touch()
        settings.DATA_DIR = tmp_path / "file" / "data"
        [error] = check_data_folder()
        assert error.id == "ragportal.E002" and "is not a folder" in error.msg and "RAGPORTAL_DATA_DIR" in error.hint

    def test_a_folder_that_cannot_be_written_is_an_error(self, settings, tmp_path, monkeypatch):
        settings.DATA_DIR = tmp_path
        monkeypatch.setattr("os.access", lambda place, mode: False)  # root may write anywhere
        [error] = check_data_folder()
        assert "is not writable" in error.msg


@pytest.mark.parametrize("missing", ["default", "ledger"])
def test_a_missing_database_is_an_error(settings, monkeypatch, missing):
    monkeypatch.delitem(settings.DATABASES, missing)
    [error] = check_databases()
    assert error.id == "ragportal.E003" and missing in error.msg


def test_both_databases_are_fine():
    assert check_databases() == []
