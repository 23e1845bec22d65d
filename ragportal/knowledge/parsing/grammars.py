"""Which programming languages are read. A new one is its grammar package and one row here, and its names in formats.py.

How a node is called is said by the grammar's own `node-types.json`.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from types import MappingProxyType

import tree_sitter_c_sharp
import tree_sitter_go
import tree_sitter_java
import tree_sitter_javascript
import tree_sitter_python
import tree_sitter_typescript


@dataclass(frozen=True, slots=True)
class Grammar:
    """Names of the nodes that matter. `language`: gives the compiled grammar.

    `holders`: declare something with members (a class); `spaces`: the same, but their names are not part of a symbol
    (a namespace). `declarations`: one symbol each (a function). `wrappers`: stand around one of those (a decorator's).
    `assigned`: are one if their value is one of `values` (a function that is given to a name).
    """

    language: Callable[[], object]
    holders: frozenset[str]
    declarations: frozenset[str]
    spaces: frozenset[str] = frozenset()
    wrappers: frozenset[str] = frozenset()
    assigned: frozenset[str] = frozenset()
    values: frozenset[str] = frozenset()


def _names(*names: str) -> frozenset[str]:
    return frozenset(name for part in names for name in part.split())


_SCRIPT_HOLDERS = "class_declaration class"
_SCRIPT_DECLARATIONS = "function_declaration generator_function_declaration method_definition"
_SCRIPT_WRAPPERS = "export_statement lexical_declaration variable_declaration"
_SCRIPT_VALUES = "arrow_function function_expression generator_function"

_PYTHON = Grammar(
    tree_sitter_python.language,
    holders=_names("class_definition"),
    declarations=_names("function_definition"),
    wrappers=_names("decorated_definition"),
)
_JAVASCRIPT = Grammar(
    tree_sitter_javascript.language,
    holders=_names(_SCRIPT_HOLDERS),
    declarations=_names(_SCRIPT_DECLARATIONS),
    wrappers=_names(_SCRIPT_WRAPPERS),
    assigned=_names("variable_declarator field_definition"),
    values=_names(_SCRIPT_VALUES),
)


def _typescript(language: Callable[[], object]) -> Grammar:
    return Grammar(
        language,
        holders=_names(_SCRIPT_HOLDERS, "abstract_class_declaration internal_module module"),
        declarations=_names(
            _SCRIPT_DECLARATIONS,
            "interface_declaration type_alias_declaration enum_declaration",
            "abstract_method_signature function_signature",
        ),
        wrappers=_names(_SCRIPT_WRAPPERS, "ambient_declaration expression_statement"),
        assigned=_names("variable_declarator public_field_definition"),
        values=_names(_SCRIPT_VALUES),
    )


_JAVA = Grammar(
    tree_sitter_java.language,
    holders=_names(
        "class_declaration interface_declaration enum_declaration record_declaration annotation_type_declaration"
    ),
    declarations=_names("method_declaration constructor_declaration compact_constructor_declaration"),
)
_GO = Grammar(
    tree_sitter_go.language,
    holders=frozenset(),
    declarations=_names("function_declaration method_declaration type_spec type_alias"),
    wrappers=_names("type_declaration"),
)
_C_SHARP = Grammar(
    tree_sitter_c_sharp.language,
    holders=_names("class_declaration interface_declaration struct_declaration record_declaration"),
    declarations=_names(
        "method_declaration constructor_declaration destructor_declaration property_declaration operator_declaration",
        "conversion_operator_declaration indexer_declaration enum_declaration delegate_declaration",
        "local_function_statement",
    ),
    spaces=_names("namespace_declaration file_scoped_namespace_declaration"),
    wrappers=_names("global_statement"),
)

GRAMMARS: Mapping[str, Grammar] = MappingProxyType(
    {
        "text/x-python": _PYTHON,
        "text/javascript": _JAVASCRIPT,
        "application/javascript": _JAVASCRIPT,
        "text/x-typescript": _typescript(tree_sitter_typescript.language_typescript),
        "text/x-tsx": _typescript(tree_sitter_typescript.language_tsx),
        "text/x-java": _JAVA,
        "text/x-go": _GO,
        "text/x-csharp": _C_SHARP,
    }
)
"""By media type."""
