"""The form's values as settings; what is refused stands in tests/contracts/test_files_connector.py."""

from pathlib import Path

from connectors.files.config import read_config


def test_a_relative_manifest_lies_in_the_folder():
    config = read_config({"path": "/srv/docs/", "manifest": "access/who.yaml"})
    assert (config.path, config.manifest) == (Path("/srv/docs"), Path("/srv/docs/access/who.yaml"))


def test_a_full_manifest_path_is_kept():
    assert read_config({"path": "/srv/docs", "manifest": "/etc/who.yaml"}).manifest == Path("/etc/who.yaml")


def test_empty_and_missing_values_are_the_same():
    assert read_config({"path": " /srv/docs ", "manifest": " ", "readers": ""}) == read_config({"path": "/srv/docs"})


def test_a_relative_folder_counts_from_where_the_program_runs(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    assert read_config({"path": "docs/../docs"}).path == tmp_path / "docs"
