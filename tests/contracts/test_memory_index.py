"""The index in memory keeps the port's promises."""

import pytest

from integrations.index.memory import MemoryIndex
from tests.contracts import index_contract as contract
from tests.contracts.index_fence_contract import FenceContract
from tests.contracts.index_samples import DIMENSION, MODEL


@pytest.fixture
def index() -> MemoryIndex:
    return MemoryIndex(MODEL, DIMENSION)


class TestAccess(contract.AccessContract):
    """A stranger sees nothing."""


class TestRules(contract.RulesContract):
    """Moves go both ways."""


class TestFence(FenceContract):
    """Who was overtaken is refused."""


class TestWrite(contract.WriteContract):
    """All of a batch or nothing."""


class TestRanking(contract.RankingContract):
    """Exact."""


class TestLanguage(contract.LanguageContract):
    """Any text, any language."""


class TestGeneration(contract.GenerationContract):
    """Verified and rebuilt."""
