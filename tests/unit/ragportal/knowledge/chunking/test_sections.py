from hypothesis import given
from hypothesis import strategies as st

from ragportal.knowledge.chunking.sections import Sections
from ragportal.knowledge.parsing.building import TextBuilder


@given(st.lists(st.tuples(st.integers(0, 6), st.integers(1, 9)), min_size=1), st.integers(0, 20))
def test_every_block_is_in_one_span_or_a_heading_of_the_path(parts, small):
    builder = TextBuilder()
    for place, (level, words) in enumerate(parts):
        builder.add("heading" if level else "paragraph", f"b{place} " * words, level=level)
    text, blocks = builder.text, builder.blocks
    sizes = [len(text[block.start : block.end].split()) for block in blocks]
    spans = list(Sections(text, blocks, lambda first, last: sum(sizes[first:last]), small).spans(0))
    covered = [place for span in spans for place in range(span.first, span.last)]
    assert covered == sorted(set(covered))
    for place in set(range(len(blocks))) - set(covered):
        title = text[blocks[place].start : blocks[place].end]
        assert blocks[place].kind == "heading"
        assert any(title in span.path for span in spans)
    for span in spans:
        assert all(blocks[place].headings[: len(span.path)] == span.path for place in range(span.first, span.last))
