from ragportal.knowledge.parsing.building import TextBuilder
from ragportal.knowledge.parsing.lists import ListWriter


def test_items_know_the_item_or_paragraph_they_need():
    builder = TextBuilder()
    builder.add("paragraph", "You need:")
    writer = ListWriter(builder)
    for text, depth in (("a badge", 0), ("a photo", 3), ("a form", 3), ("", 0), ("a key", 0)):
        writer.add(text, depth, "1.")
    writer.leave()
    builder.add("paragraph", "Else ask.")
    writer.add("at the desk", 2)
    assert [(block.level, block.leader) for block in builder.blocks] == [
        (0, None), (1, 0), (2, 1), (2, 1), (1, 0), (0, None), (1, 5),
    ]  # fmt: skip
