import dataclasses

import pytest

from integrations.embeddings.base import ModelMissing
from integrations.embeddings.catalogue import BGE_SMALL, KNOWN_MODELS, MINILM, known_model


def test_a_model_is_found_by_name_and_alias():
    assert known_model("bge-small-en-v1.5") is BGE_SMALL
    assert known_model("fast") is MINILM


@pytest.mark.parametrize("name", ["", "gpt", "BGE"])
def test_an_unknown_name_lists_those_there_are(name):
    with pytest.raises(ModelMissing, match=r"bge-small-en-v1.5, all-minilm-l6-v2 \(fast\)"):
        known_model(name)


def test_each_file_of_a_model_has_a_checksum():
    for model in KNOWN_MODELS:
        assert model.package.members.keys() == model.checksums.keys()


@pytest.mark.parametrize(
    "change", [{"pooling": "mean"}, {"question_prefix": "q: "}, {"document_prefix": "p: "}, {"name": "other"}]
)
def test_the_identity_changes_with_all_that_changes_vectors(change):
    spec, checksums = BGE_SMALL.spec, BGE_SMALL.checksums
    assert dataclasses.replace(spec, **change).identity(checksums) != spec.identity(checksums)
    assert spec.identity({**checksums, "model.onnx": "0"}) != spec.identity(checksums)
    assert dataclasses.replace(spec, window=100).identity(checksums) == spec.identity(checksums)
