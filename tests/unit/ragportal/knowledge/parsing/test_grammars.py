import pytest
from tree_sitter import Language

from ragportal.knowledge.parsing.grammars import GRAMMARS


@pytest.mark.parametrize("grammar", GRAMMARS.values(), ids=GRAMMARS)
def test_each_name_is_one_of_the_grammar(grammar):
    language = Language(grammar.language())
    names = (
        grammar.holders | grammar.declarations | grammar.spaces | grammar.wrappers | grammar.assigned | grammar.values
    )
    assert {name for name in names if language.id_for_node_kind(name, True) is None} == set()
