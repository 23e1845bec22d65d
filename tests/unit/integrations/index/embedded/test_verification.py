"""Files that were cut, emptied, lost or overwritten are named, and never give a wrong result."""

from collections.abc import Callable
from pathlib import Path

import pytest
from tantivy import Index, Query

from integrations.index.base import IndexDamaged
from integrations.index.embedded import EmbeddedIndex
from tests.contracts.index_samples import DIMENSION, MODEL, everything
from tests.unit.integrations.index.embedded.conftest import (
    EXPECTED,
    fill,
)

FILES = (
    "current.json",
    "generation-1/state",
    *(f"generation-1/tables-0/{name}" for name in ("vectors", "chunks", "versions", "rules")),
    *(f"generation-1/text/{name}" for name in ("meta.json", "*.term", "*.idx", "*.fast", "*.fieldnorm")),
)
DAMAGES: dict[str, Callable[[Path], object]] = {
    "emptied": lambda path: path.write_bytes(b""),
    "cut": lambda path: path.write_bytes(path.read_bytes()[: path.stat().st_size // 2]),
    "lost": lambda path: path.unlink(),
    "overwritten": lambda path: path.write_bytes(bytes(range(255, 155, -1)) * (path.stat().st_size // 100 + 1)),
}


class TestDamage:
    @pytest.mark.parametrize("damage", DAMAGES)
    @pytest.mark.parametrize("name", FILES)
    def test_damage_is_named_and_never_a_wrong_result(self, folder: Path, name: str, damage: str) -> None:
        fill(EmbeddedIndex(folder, MODEL, DIMENSION))
        (path,) = folder.glob(name)
        DAMAGES[damage](path)
        index = EmbeddedIndex(folder, MODEL, DIMENSION)
        if name == "current.json" and damage in ("lost", "emptied"):
            assert everything(index, 100) == ([], [])
            assert len(index.verify(EXPECTED)) == 2
        else:
            with pytest.raises(IndexDamaged):
                self._used(index)
        index.rebuild([])
        fill(index)
        assert everything(index, 100) == ([1, 2], [1, 2])
        assert index.verify(EXPECTED) == []

    @staticmethod
    def _used(index: EmbeddedIndex) -> None:
        """Search, then verify, which finds what a search of undamaged rows need not."""
        everything(index, 100)
        problems = index.verify(EXPECTED)
        if problems:
            raise IndexDamaged(*problems)

    def test_a_writer_says_so_too(self, index: EmbeddedIndex, folder: Path) -> None:
        fill(index)
        (folder / "generation-1" / "state").write_bytes(b"1 nonsense\n{}")
        for attempt in (lambda: fill(index), lambda: index.set_rules([(1, 2)])):
            with pytest.raises(IndexDamaged, match="cannot be read"):
                attempt()

    def test_one_bit_of_the_state_is_enough(self, index: EmbeddedIndex, folder: Path) -> None:
        fill(index)
        state = folder / "generation-1" / "state"
        content = bytearray(state.read_bytes())
        content[-1] ^= 0x80  # the first version would no longer count
        state.write_bytes(content)
        with pytest.raises(IndexDamaged, match="checksum"):
            everything(index, 100)

    def test_a_lost_text_document_is_found_by_verify(self, index: EmbeddedIndex, folder: Path) -> None:
        fill(index)
        text = Index.open(str(folder / "generation-1" / "text"))
        with text.writer(15_000_000, 1) as writer:
            writer.delete_documents_by_query(Query.term_query(text.schema, "put", 1, index_option="basic"))
            writer.commit()
        assert EmbeddedIndex(folder, MODEL, DIMENSION).verify(EXPECTED) == [
            "The text index has 0 of 1 chunks of version 12 of document 2."
        ]

    def test_a_changed_vector_is_found_by_verify(self, index: EmbeddedIndex, folder: Path) -> None:
        fill(index)
        vectors = folder / "generation-1" / "tables-0" / "vectors"
        content = bytearray(vectors.read_bytes())
        content[-1] ^= 0x80  # the sign of the last number
        vectors.write_bytes(content)
        assert index.verify(EXPECTED) == ["The vectors of version 12 of document 2 are damaged."]
