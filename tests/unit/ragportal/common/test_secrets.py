import multiprocessing
from concurrent.futures import ThreadPoolExecutor

import pytest
from django.core.exceptions import ImproperlyConfigured

from ragportal.common.secrets import secret_from_file


def test_is_made_once_and_stays(tmp_path):
    path = tmp_path / "new" / "audit.key"
    secret = secret_from_file(path)
    assert len(secret) >= 64 and secret_from_file(path) == secret
    assert secret_from_file(tmp_path / "other.key") != secret


def test_only_its_owner_reads_it(tmp_path):
    path = tmp_path / "new" / "audit.key"
    secret_from_file(path)
    assert (path.stat().st_mode & 0o777, path.parent.stat().st_mode & 0o777) == (0o600, 0o700)


def test_no_draft_is_left(tmp_path):
    secret_from_file(tmp_path / "audit.key")
    assert [file.name for file in tmp_path.iterdir()] == ["audit.key"]


def test_threads_agree(tmp_path):
    for number in range(20):
        with ThreadPoolExecutor(8) as pool:
            found = set(pool.map(secret_from_file, [tmp_path / f"{number}.key"] * 8))
        assert len(found) == 1 and len(found.pop()) >= 64


def test_processes_agree(tmp_path):
    with multiprocessing.get_context("spawn").Pool(2) as pool:
        found = pool.map(secret_from_file, [tmp_path / "audit.key"] * 8)
    assert len(set(found)) == 1


def test_an_empty_file_is_no_secret(tmp_path):
    path = tmp_path / "audit.key"
    path.touch()
    with pytest.raises(ImproperlyConfigured, match="empty"):
        secret_from_file(path)


def test_a_folder_that_cannot_be_made_is_an_error(tmp_path):
    (tmp_path / "file").touch()
    with pytest.raises(OSError):
        secret_from_file(tmp_path / "file" / "audit.key")
