import pytest

from ragportal.knowledge.parsing.building import TextBuilder
from ragportal.knowledge.parsing.document import ParsingFailed
from ragportal.knowledge.parsing.trees import MOST_NESTED, Record, add_tree, as_table, count_values, name_of


def written(tree) -> list[tuple[str, int, str]]:
    builder = TextBuilder()
    add_tree(builder, tree)
    return [(block.kind, block.level, builder.text[block.start : block.end]) for block in builder.blocks]


def nested(depth: int, tree="1"):
    for number in range(depth):
        tree = Record({f"k{number}": tree})
    return tree


def test_a_key_and_its_value_are_an_item_and_what_is_nested_follows_under_its_key():
    tree = Record({"store": Record({"days": "395"}), "name": "FlowDesk", "sites": ["Leeds", "Gdańsk"]})
    assert written(tree) == [
        ("list_item", 1, "name: FlowDesk"),
        ("list_item", 1, "sites: Leeds, Gdańsk"),
        ("heading", 1, "store"),
        ("list_item", 1, "days: 395"),
    ]


def test_a_comment_is_said_with_its_key():
    tree = Record({"days": "395", "store": Record({"a": "b"})}, {"days": "the law", "store": "Slow disks."})
    assert written(tree)[:3] == [
        ("list_item", 1, "days: 395 (the law)"),
        ("heading", 1, "store"),
        ("paragraph", 0, "Slow disks."),
    ]


def test_long_texts_are_paragraphs_under_their_key():
    assert written(Record({"about": "One line.\nTwo.\n\nThree."})) == [
        ("heading", 1, "about"),
        ("paragraph", 0, "One line.\nTwo."),
        ("paragraph", 0, "Three."),
    ]


def test_below_the_deepest_heading_keys_carry_those_above_them():
    assert written(nested(9))[-1] == ("list_item", 1, "k2.k1.k0: 1")
    assert written(nested(9))[-2] == ("heading", 6, "k3")
    assert written(nested(9, tree=[Record({"a": "1"}), "x"]))[-2:] == [
        ("list_item", 1, "k2.k1.k0.1.a: 1"),
        ("list_item", 1, "k2.k1.k0: x"),
    ]


class TestLists:
    def test_records_of_one_kind_are_a_table(self):
        records = [
            Record({"site": "Leeds", "at": Record({"zip": "LS1"})}),
            Record({"site": "Gdańsk", "days": ["1", "2"]}),
        ]
        builder = TextBuilder()
        add_tree(builder, Record({"sites": records}))
        assert [(block.kind, block.leader) for block in builder.blocks] == [
            ("heading", None), ("table_header", None), ("table_row", 1), ("table_row", 1),
        ]  # fmt: skip
        assert builder.text == "sites\n\nsite | at.zip | days\nLeeds | LS1 | \nGdańsk |  | 1, 2"

    @pytest.mark.parametrize(
        "trees",
        [
            [Record({"a": "1"})],
            [Record({"a": "1"}), Record({"a": "2"}), "x"],
            [Record({"a": "1"}), Record({"a": "long " * 50})],
            [Record({f"a{n}": "1"}) for n in range(9)],
            [Record({f"a{n}": "1" for n in range(50)})] * 2,
        ],
    )
    def test_others_are_not(self, trees):
        assert as_table(trees) is None

    def test_a_record_is_called_by_its_name(self):
        records = [Record({"Name": "web", "text": "long " * 50}), Record({"text": "long " * 50}), "plain"]
        assert [text for kind, _, text in written(records) if kind == "heading"] == ["web", "text", "2", "text"]
        assert written(records)[-1] == ("list_item", 1, "plain")
        assert name_of(Record({"name": Record({})}), "otherwise") == "otherwise"

    def test_comments_have_a_column(self):
        assert as_table([Record({"a": "1"}, {"a": "why"}), Record({"a": "2"})]) == [
            ["a", "comment"],
            ["1", "why"],
            ["2", ""],
        ]


def test_what_is_nested_too_deeply_is_refused():
    assert written(nested(MOST_NESTED - 1))
    with pytest.raises(ParsingFailed, match="nested more than 60 levels"):
        written(nested(MOST_NESTED + 1, tree=["x", []]))


def test_all_values_are_counted():
    assert count_values([Record({"a": ["1", "2"], "b": "3"}), "4"]) == 6
