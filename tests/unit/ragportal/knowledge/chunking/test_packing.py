from ragportal.knowledge.chunking.packing import Packer, Range
from ragportal.knowledge.chunking.tokens import TokenCounter
from ragportal.knowledge.parsing.document import ParsedDocument
from ragportal.knowledge.parsing.parse import parse
from tests.factories.embedder import FakeEmbedder


def packed(text: str, room: int, overlap: int) -> tuple[ParsedDocument, list[Range]]:
    parsed, embedder = parse(text.encode(), "", "x.md"), FakeEmbedder()
    packer = Packer(parsed, TokenCounter(parsed.text, embedder), embedder, overlap)
    return parsed, list(packer.ranges(0, len(parsed.blocks), room))


def test_blocks_fill_the_room():
    parsed, ranges = packed("a b c\n\nd e f\n\ng h i", room=6, overlap=0)
    assert [parsed.text[part.start : part.end] for part in ranges] == ["a b c\n\nd e f", "g h i"]


def test_without_a_sentence_the_overlap_begins_at_a_word():
    parsed, ranges = packed("a b c d\n\ne f g h", room=7, overlap=2)
    assert [parsed.text[part.start : part.end] for part in ranges] == ["a b c d", "d\n\ne f g h"]


def test_the_overlap_yields_where_there_is_no_room_for_it():
    parsed, ranges = packed("a b. c d\n\ne f g h", room=4, overlap=2)
    assert [parsed.text[part.start : part.end] for part in ranges] == ["a b. c d", "e f g h"]


def test_a_row_is_cut_only_where_it_alone_exceeds_the_room():
    parsed, ranges = packed("| h | i |\n|--|--|\n| a | b |\n| " + "w " * 30 + "| x |", room=12, overlap=0)
    assert parsed.text[ranges[0].start : ranges[0].end] == "h | i\na | b"
    assert all(len(parsed.text[part.start : part.end].split()) <= 12 for part in ranges)
