import json
import os

import pytest

from integrations.embeddings.base import ModelMissing
from integrations.embeddings.model_folder import MARKER_FILE, checksums, describe, file_checksum, verify

DESCRIPTION = {"name": "mine", "pooling": "mean", "window": 128, "dimension": 4, "languages": ["de"]}


def test_an_absent_file_is_named_with_what_to_do(folder):
    (folder / "tokenizer.json").unlink()
    with pytest.raises(ModelMissing, match=r"tokenizer\.json cannot be read.*fetch_models"):
        checksums(folder, ["model.onnx", "tokenizer.json"])


def test_an_altered_file_is_refused_even_if_its_size_is_the_same(folder):
    expected = checksums(folder, ["model.onnx"])
    verify(folder, expected)
    (folder / "model.onnx").write_bytes(b"WEIGHTS")
    os.utime(folder / "model.onnx", ns=(1, 1))
    with pytest.raises(ModelMissing, match="altered"):
        verify(folder, expected)


def test_an_unchanged_file_is_not_read_again(folder):
    first = checksums(folder, ["model.onnx"])
    status = (folder / "model.onnx").stat()
    (folder / "model.onnx").write_bytes(b"WEIGHTS")
    os.utime(folder / "model.onnx", ns=(status.st_atime_ns, status.st_mtime_ns))
    assert checksums(folder, ["model.onnx"]) == first  # same size and time: the marker is believed


@pytest.mark.parametrize("marker", ["", "[]", '{"model.onnx": 3}', '{"model.onnx": {"size": 7}}'])
def test_a_damaged_marker_is_ignored(folder, marker):
    (folder / MARKER_FILE).write_text(marker)
    assert checksums(folder, ["model.onnx"]) == {"model.onnx": file_checksum(folder / "model.onnx")}


def test_a_folder_of_your_own_is_described_by_a_small_file(folder):
    spec, found = describe(folder)
    assert (spec.name, spec.window, spec.languages) == ("mine", 128, frozenset({"de"}))
    assert found.keys() == {"model.onnx", "tokenizer.json"}


@pytest.mark.parametrize(
    ("description", "message"),
    [
        ("{", "cannot be read"),
        ("[]", "wrong at: everything"),
        (json.dumps(DESCRIPTION | {"pooling": "max"}), r"pooling \(cls or mean\)"),
        (json.dumps(DESCRIPTION | {"window": "512"}), "wrong at: window"),
        (json.dumps(DESCRIPTION | {"widow": 3}), "wrong at: widow"),
        (json.dumps({"name": "x"}), "wrong at: dimension, pooling, window"),
    ],
)
def test_a_wrong_description_says_where(folder, description, message):
    (folder / "model.json").write_text(description)
    with pytest.raises(ModelMissing, match=message):
        describe(folder)


@pytest.fixture
def folder(tmp_path):
    (tmp_path / "model.onnx").write_bytes(b"weights")
    (tmp_path / "tokenizer.json").write_bytes(b"{}")
    (tmp_path / "model.json").write_text(json.dumps(DESCRIPTION))
    return tmp_path
