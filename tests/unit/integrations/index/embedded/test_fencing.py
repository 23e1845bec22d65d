"""The index folder remembers who was overtaken."""

import pytest

from integrations.index.base import IndexDamaged, IndexFence, IndexFenced
from integrations.index.embedded import EmbeddedIndex
from integrations.index.embedded.fencing import FENCES
from tests.contracts.index_samples import DIMENSION, MODEL


def opened(folder, model=MODEL):
    return EmbeddedIndex(folder, model, DIMENSION)


def fence(number):
    return (IndexFence("source 1", number),)


@pytest.fixture
def folder(tmp_path):
    return tmp_path / "tenant"


def test_another_process_and_another_model_know_it_too(folder):
    opened(folder).set_rules([], fence(5))
    for model in (MODEL, "another"):
        with pytest.raises(IndexFenced):
            opened(folder, model).set_rules([], fence(4))


def test_damage_is_told_and_a_rebuild_begins_anew(folder):
    index = opened(folder)
    index.set_rules([], fence(5))
    for rubbish in (b"", b"{", b"[1]", b'{"source 1": "x"}'):
        (folder / FENCES).write_bytes(rubbish)
        with pytest.raises(IndexDamaged):
            index.set_rules([], fence(6))
    index.rebuild([], fence(6))
    with pytest.raises(IndexFenced):
        index.set_rules([], fence(5))


def test_the_file_is_written_only_when_a_number_rises(folder):
    index = opened(folder)
    index.set_rules([], fence(5))
    before = (folder / FENCES).stat().st_ino
    index.set_rules([], fence(5))
    assert (folder / FENCES).stat().st_ino == before
    index.set_rules([], fence(6))
    assert (folder / FENCES).stat().st_ino != before
