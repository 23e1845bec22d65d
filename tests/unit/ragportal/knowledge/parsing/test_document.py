import json

from hypothesis import given
from hypothesis import strategies as st

from ragportal.knowledge.parsing.building import TextBuilder
from ragportal.knowledge.parsing.document import HeadingPath, Place, blocks_from_json, blocks_to_json

KINDS = ["heading", "paragraph", "list_item", "table_header", "table_row", "code", "quote"]


@given(
    st.lists(
        st.tuples(
            st.sampled_from(KINDS),
            st.text(min_size=1, max_size=8),
            st.integers(1, 6),
            st.sampled_from("- 3.".split()),
            st.sampled_from([None, Place("page", "3"), Place("symbol", "Ledger.close")]),
        )
    )
)
def test_blocks_survive_being_stored_as_json(parts):
    builder = TextBuilder()
    for kind, text, level, marker, builder.place in parts:
        leader = len(builder.blocks) - 1 if builder.blocks and kind == "table_row" else None
        builder.add(kind, text, level=level if kind == "heading" else 0, leader=leader, marker=marker)
    blocks = tuple(builder.blocks)
    assert blocks_from_json(json.loads(json.dumps(blocks_to_json(blocks))), builder.text) == blocks


def test_a_heading_closes_those_of_its_own_level_and_deeper():
    path = HeadingPath()
    assert path.enter("A", 1) == ()
    assert path.enter("B", 3) == ("A",)
    assert path.enter("C", 2) == ("A",)
    assert path.titles == ("A", "C")
    assert path.enter("D", 1) == ()
    assert path.titles == ("D",)


def test_a_place_reads_like_a_word_of_a_citation():
    assert [str(Place("page", "3")), str(Place("symbol", "Ledger.close"))] == ["page 3", "Ledger.close"]
