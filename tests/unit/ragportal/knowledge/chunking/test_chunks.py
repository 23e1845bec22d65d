import re

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ragportal.knowledge.chunking.chunks import ChunkText, chunk_document, embedding_text
from ragportal.knowledge.parsing.building import TextBuilder
from ragportal.knowledge.parsing.document import ParsedDocument, ParsingFailed, Place
from ragportal.knowledge.parsing.parse import parse
from tests.factories.embedder import FakeEmbedder, real_embedder

WORDS = "invoice pay day holiday über naïve 東京 supercalifragilistic 3.50€ a_b-c 😀 x".split()

MODELS = ["bge-small-en-v1.5", "fast"]


def markdown(text: str) -> ParsedDocument:
    return parse(text.encode(), "text/markdown", "x.md")


def chunked(text: str, *, window: int = 60, overlap: int = 6, title: str = "T") -> tuple[ChunkText, ...]:
    return chunk_document(markdown(text), title, FakeEmbedder(window=window), overlap=overlap)


def sentence(name: str, words: int) -> str:
    return " ".join(f"{name}{number}" for number in range(words - 1)) + " end."


class TestSections:
    def test_a_short_document_is_one_chunk(self):
        assert [(c.heading_path, c.text) for c in chunked("# A\n\none\n\n## B\n\ntwo")] == [
            ((), "A\n\none\n\nB\n\ntwo")
        ]

    def test_a_first_heading_that_repeats_the_title_is_not_said_twice(self):
        assert [(c.heading_path, c.text) for c in chunked("# The Page\n\none\n\n## B\n\ntwo", title="the page")] == [
            ((), "one\n\nB\n\ntwo")
        ]
        assert [c.text for c in chunked("# The Page", title="The Page")] == ["The Page"]

    def test_large_sections_stand_alone_under_their_headings(self):
        text = f"# T\n\n{sentence('a', 30)}\n\n## B\n\n{sentence('b', 30)}\n\n### C\n\n{sentence('c', 30)}"
        assert [(c.heading_path, c.text[:2]) for c in chunked(text)] == [((), "a0"), (("B",), "b0"), (("B", "C"), "c0")]

    def test_small_neighbours_are_put_together_under_their_parent(self):
        text = f"# Q\n\n## A\n\n{sentence('a', 30)}\n\n## B\n\nb.\n\n## C\n\nc.\n\n## D\n\n{sentence('d', 30)}"
        assert [(c.heading_path, c.text[:8]) for c in chunked(text)] == [
            (("Q", "A"), "a0 a1 a2"),
            (("Q",), "B\n\nb.\n\nC"),
            (("Q", "D"), "d0 d1 d2"),
        ]

    def test_a_heading_with_nothing_under_it_is_not_lost(self):
        text = f"# Q\n\n{sentence('a', 30)}\n\n## Ask Kim\n\n## B\n\n{sentence('b', 30)}"
        assert any("Ask Kim" in c.text for c in chunked(text))


class TestLongSections:
    def test_are_cut_between_blocks_and_overlap_by_whole_sentences(self):
        text = "\n\n".join(f"{sentence(name, 20)} {sentence(name + name, 5)}" for name in "abcd")
        first, second, *_ = chunked(text)
        assert first.text.endswith("bb3 end.")
        assert second.text.startswith("bb0 bb1 bb2 bb3 end.\n\nc0 ")

    def test_a_long_paragraph_is_cut_between_sentences(self):
        text = " ".join(sentence(name, 12) for name in "ABCDEFGH")
        assert all(re.match(r"[A-H]0", c.text) and c.text.endswith("end.") for c in chunked(text, overlap=0))

    def test_sections_share_nothing(self):
        text = "\n\n".join(f"## {name}\n\n{sentence(name, 40)}" for name in "abc")
        chunks = chunked(text)
        assert all(one.end <= other.start for one, other in zip(chunks, chunks[1:], strict=False))

    def test_a_table_row_is_not_cut_and_the_header_is_repeated(self):
        rows = "\n".join(f"| r{n} | {sentence('x', 7)} |" for n in range(20))
        parsed = markdown(f"Before.\n\n| Grade | Limit |\n|--|--|\n{rows}")
        chunks = chunk_document(parsed, "T", FakeEmbedder(window=60), overlap=6)
        assert len(chunks) > 3
        rows_of_text = {parsed.text[b.start : b.end] for b in parsed.blocks if b.kind == "table_row"}
        for chunk in chunks[1:]:
            header, *lines = chunk.text.split("\n")
            assert header == "Grade | Limit"
            assert set(lines) <= rows_of_text

    def test_a_long_header_is_repeated_as_well_and_instead_of_what_two_chunks_share(self):
        names = " | ".join(f"name{n}" for n in range(9))
        rows = "\n".join(" | ".join(f"v{n}" for _ in range(9)) for n in range(20))
        header = f"| {names} |\n|{'--|' * 9}"
        parsed = markdown("\n".join([header, *(f"| {row} |" for row in rows.split("\n"))]))
        chunks = chunk_document(parsed, "T", FakeEmbedder(window=60), overlap=20)
        assert [c.text.split("\n")[0] for c in chunks] == [names] * len(chunks)
        assert {line for c in chunks for line in c.text.split("\n")[1:]} == set(rows.split("\n"))

    def test_no_row_goes_without_its_header(self):
        names = " | ".join(f"name{n} of" for n in range(6))  # 17 tokens of a room of 57
        rows = [" | ".join([f"r{n}", *["v " * words] * 5]) for n, words in enumerate((1, 1, 5, 1, 1, 7, 1))]
        text = "\n".join(f"| {row} |" for row in (names, " | ".join(["--"] * 6), *rows))
        for overlap in (0, 20):
            assert all("name" in c.text for c in chunked(text, overlap=overlap))

    def test_a_row_that_is_too_wide_is_cut_between_columns_which_keep_their_names(self):
        table = ["|".join(f"c{n}" for n in range(99)), "--|" * 99, "|".join(f"v{n}" for n in range(99))]
        chunks = chunked("\n".join(f"|{line}|".replace("||", "|") for line in table))
        rows = [chunk for chunk in chunks if "v" in chunk.text]
        assert len(rows) > 3
        for chunk in rows:
            *key, names, values = chunk.text.split("\n")
            assert key in ([], ["c0: v0"])
            assert names.replace("c", "v") == values

    def test_a_cell_that_is_too_long_is_cut_and_its_parts_keep_its_name(self):
        chunks = chunked(f"| Meter | About |\n|--|--|\n| NV50 | {'word ' * 200}|")
        assert [c.text.split("\n")[:2] for c in chunks[2:]] == [["Meter: NV50", "About"]] * (len(chunks) - 2)

    def test_a_list_repeats_its_lead_in(self):
        items = "\n".join(f"- {sentence(f'i{n}x', 8)}" for n in range(16))
        first, second, *_ = chunked(f"You need all of these:\n\n{items}", overlap=0)
        assert first.text.startswith("You need all of these:\n\ni0x0")
        assert second.text.startswith("You need all of these:\ni")

    def test_a_lead_that_would_take_too_much_room_is_left_out(self):
        items = "\n".join(f"- {sentence(f'i{n}x', 8)}" for n in range(16))
        assert chunked(f"{sentence('lead', 40)}\n\n{items}", overlap=0)[2].text.startswith("i")


def code(*functions: tuple[str, int]) -> tuple[ChunkText, ...]:
    """Chunks of Python functions: name and how many statements each."""
    text = ""
    for name, lines in functions:
        owner, _, own = name.rpartition(".")
        inner = "    " * bool(owner)
        text += f"class {owner}:\n" if owner and f"class {owner}" not in text else ""
        text += f"{inner}def {own}(self):\n" + "".join(f"{inner}    {own}_{n} = 1\n" for n in range(lines)) + "\n"
    return chunk_document(parse(text.encode(), "", "x.py"), "T", FakeEmbedder(window=60), overlap=6)


class TestCode:
    def test_a_function_is_a_chunk_under_its_name_in_words(self):
        assert [(c.heading_path, c.text.split("(")[0].strip()) for c in code(("closeBooks", 12), ("pay_all", 12))] == [
            (("close books",), "def closeBooks"),
            (("pay all",), "def pay_all"),
        ]

    def test_small_neighbours_of_a_class_stand_together_and_large_ones_alone(self):
        chunks = code(("Ledger.a", 2), ("Ledger.b", 2), ("Ledger.c", 12), ("Other.d", 12))
        assert [(c.heading_path, c.text.count("def ")) for c in chunks] == [
            (("ledger",), 2),
            (("ledger", "c"), 1),
            (("other", "d"), 1),
        ]
        assert chunks[2].text.startswith("class Other")

    def test_a_long_function_keeps_its_signature(self):
        first, *rest = code(("close", 80))
        assert first.text.startswith("def close(self):\n    close_0 = 1")
        assert rest
        assert all(c.text.startswith("def close(self):\n    close_") for c in rest)
        assert {c.heading_path for c in rest} == {("close",)}

    def test_imports_are_no_part_of_a_function(self):
        text = "import os\n\ndef close():\n" + "    x = 1\n" * 15
        chunks = chunk_document(parse(text.encode(), "", "x.py"), "T", FakeEmbedder(window=60))
        assert [(c.heading_path, c.text[:6]) for c in chunks] == [((), "import"), (("close",), "def cl")]

    def test_a_class_named_like_the_file_is_not_said_twice(self):
        text = "class Ledger:\n    def close(self):\n" + "        x = 1\n" * 20
        parsed = parse(text.encode(), "", "ledger.py")
        assert chunk_document(parsed, "Ledger", FakeEmbedder(window=60))[-1].heading_path == ("close",)


def test_chunks_of_a_contract_end_at_its_sections():
    clauses = [f"{one}.{two} {sentence(f'c{one}x{two}x', 9)}" for one in (1, 2) for two in (1, 2, 3, 4)]
    text = "\n\n".join(["Article 1", *clauses[:4], "Article 2", *clauses[4:]])
    chunks = chunk_document(parse(text.encode(), "", "x.txt"), "T", FakeEmbedder(window=60), overlap=6)
    assert [re.findall(r"^\d\.\d", c.text, re.MULTILINE) for c in chunks] == [
        ["1.1", "1.2"], ["1.3", "1.4"], ["2.1", "2.2"], ["2.3", "2.4"],
    ]  # fmt: skip


def test_sheets_and_slides_are_mixed_only_where_both_are_small():
    builder = TextBuilder()
    for number, words in enumerate((30, 30, 5, 5), start=1):
        builder.place = Place("slide", str(number))
        builder.add("heading", f"Slide {number}", level=1)
        builder.add("paragraph", sentence("s", words))
    parsed = ParsedDocument("T", builder.text, tuple(builder.blocks))
    chunks = chunk_document(parsed, "T", FakeEmbedder(window=60), overlap=6)
    assert [(c.heading_path, c.text.count("Slide")) for c in chunks] == [(("Slide 1",), 0), (("Slide 2",), 0), ((), 2)]


class TestRoom:
    def test_max_tokens_counts_title_headings_and_markers(self):
        parsed = markdown("# Some heading here\n\n" + "word " * 500)
        embedder = FakeEmbedder(window=512)
        for chunk in chunk_document(parsed, "A title", embedder, max_tokens=40, overlap=5):
            assert chunk.heading_path == ("Some heading here",)
            embedded = embedding_text("A title", chunk.heading_path, chunk.text)
            assert len(embedder.token_offsets(embedded)) + embedder.special_tokens <= 40

    def test_very_long_titles_and_headings_leave_room_for_text(self):
        parsed = markdown("# " + "heading " * 300 + "\n\n## " + "inner " * 200 + "\n\n" + "word " * 500)
        chunks = chunk_document(parsed, "title " * 300, FakeEmbedder(window=120), overlap=0)
        assert max(len(c.text.split()) for c in chunks) > 40
        assert len(embedding_text("title " * 300, ("a",), "text")) < 200

    def test_a_window_without_room_is_an_error(self):
        with pytest.raises(ValueError, match="no room"):
            chunk_document(markdown("word"), "one two three four five six", FakeEmbedder(window=12))


def test_what_is_embedded_is_title_headings_and_text():
    assert embedding_text("Travel", ("Trains", "First class"), "Not paid.") == "Travel\nTrains > First class\nNot paid."
    assert embedding_text("", (), "Not paid.") == "Not paid."


class MoreTokensInShortTexts(FakeEmbedder):
    """The whole has fewer tokens than its parts: of a short text each character is one."""

    def token_offsets(self, text):
        return super().token_offsets(text) if len(text) > 200 else [(i, i + 1) for i in range(len(text))]


def test_what_is_embedded_is_counted_once_more_where_parts_have_more_tokens_than_the_whole():
    parsed, embedder = markdown("word and more words " * 100), MoreTokensInShortTexts(window=40)
    chunks = chunk_document(parsed, "T", embedder, overlap=0)
    assert all(len(embedder.token_offsets(embedding_text("T", c.heading_path, c.text))) <= 38 for c in chunks)
    assert "".join(c.text for c in chunks).replace(" ", "") == "wordandmorewords" * 100


phrase = st.lists(st.sampled_from(WORDS), min_size=1, max_size=30).map(" ".join)
block = st.one_of(
    phrase,
    st.tuples(st.integers(1, 4), phrase).map(lambda h: "#" * h[0] + " " + h[1]),
    st.lists(phrase, min_size=1, max_size=30).map(lambda items: "\n".join(f"- {item}" for item in items)),
    st.lists(phrase, min_size=3, max_size=15).map(
        lambda rows: "| a | b |\n|--|--|\n" + "\n".join(f"| {r} | x |" for r in rows)
    ),
    st.integers(1, 1500).map(lambda n: "word. " * n),
    st.integers(1, 2500).map(lambda n: "xY9" * n),
    st.integers(1, 2000).map(lambda n: "東" * n),
    st.text(max_size=200),
)
document = st.lists(block, min_size=1, max_size=12).map("\n\n".join)


@settings(max_examples=30, deadline=None)
@given(text=document, title=st.one_of(phrase, st.text(max_size=400)), model=st.sampled_from(MODELS))
def test_nothing_is_lost_moved_or_cut_in_the_model(real, text, title, model):
    try:
        parsed = markdown(text)
    except ParsingFailed:
        return
    embedder = real[model]
    chunks = chunk_document(parsed, title, embedder)
    seen = set()
    for chunk in chunks:
        assert chunk.text.endswith(parsed.text[chunk.start : chunk.end])
        embedded = embedding_text(title, chunk.heading_path, chunk.text)
        assert len(embedder.token_offsets(embedded)) + embedder.special_tokens <= embedder.window
        seen.update(range(chunk.start, chunk.end))
    assert [c.ordinal for c in chunks] == list(range(len(chunks)))
    assert [c.start for c in chunks] == sorted(c.start for c in chunks)
    for part in parsed.blocks:
        if part.kind != "heading":
            assert all(parsed.text[i].isspace() or i in seen for i in range(part.start, part.end))


def test_the_real_model_takes_every_chunk(real):
    parsed = markdown(
        "# Über uns\n\n" + "supercalifragilistic " * 300 + "\n\n" + "naïve 東京 3.50€ " * 100 + "q" * 3000
    )
    embedder = real["fast"]
    chunks = chunk_document(parsed, "Title", embedder)
    texts = [embedding_text("Title", chunk.heading_path, chunk.text) for chunk in chunks]
    assert embedder.embed_documents(texts).shape == (len(chunks), 384)


@pytest.fixture(scope="module")
def real():
    return {model: real_embedder(model) for model in MODELS}
