import pytest

from ragportal.knowledge.parsing.building import TextBuilder
from ragportal.knowledge.parsing.document import Place
from ragportal.knowledge.parsing.grid import Row, add_rows, header_rows, is_number


def rows(*lines: str, strong: int = 0) -> list[Row]:
    return [
        Row(tuple(cell.strip() for cell in line.split("|")), number < strong, number + 1)
        for number, line in enumerate(lines)
    ]


@pytest.mark.parametrize("text", ["7", "-1,234.50", "12 %", "€ 5", "3.5 kg", "01.02.2025", "12:30", "(1,200)", "$5.00"])
def test_amounts_and_dates_are_numbers(text):
    assert is_number(text)


@pytest.mark.parametrize("text", ["", "Q1", "Room 7", "7 people in it", "A-1", "n/a"])
def test_names_are_not(text):
    assert not is_number(text)


@pytest.mark.parametrize(
    ("table", "header"),
    [
        (rows("Item | Price", "Pen | 2", "Ink | 3"), 1),
        (rows("Site | 2024 | 2025", "Wien | 1 | 2"), 1),
        (rows("Anna | 2019", "Bob | 2020"), 0),
        (rows("2024 | 120 | 80", "2025 | 130 | 95"), 0),
        (rows("Name | Alice", "Department | Finance"), 0),
        (rows("Name | Alice", "Department | Finance", strong=1), 1),
        (rows("Name | Place | Role", "Alice | Wien | Lead"), 1),
        (rows("1 | 2 | 3", "4 | 5 | 6"), 0),
        (rows("Item | Price"), 0),
        (rows("| 2024 | | 2025 |", "| Q1 | Q2 | Q1 | Q2", "Wien | 1 | 2 | 3 | 4"), 2),
        (rows("Site | North | | South |", "Site | Q1 | Q2 | Q1 | Q2", "Wien | 1 | 2 | 3 | 4"), 2),
        (rows("A very long sentence " * 6 + "| x | y", "1 | 2 | 3"), 0),
    ],
)
def test_a_header_is_told_from_the_rows_below(table, header):
    assert header_rows(table) == header


def test_what_the_author_says_counts_for_pairs_too():
    assert header_rows(rows("Feature | State", "Search | done"), stated=True) == 1


def test_each_row_follows_its_header_and_knows_its_number():
    builder = TextBuilder()
    table = rows("| 2024 | | 2025", "| Q1 | Q2 | Q1", "Wien | 1 | | 3", " | | |", "Graz | 4 | 5 | 6")
    assert add_rows(builder, table, 2) == 0
    assert builder.text == " | 2024 Q1 | 2024 Q2 | 2025 Q1\nWien | 1 |  | 3\nGraz | 4 | 5 | 6"
    assert [block.leader for block in builder.blocks] == [None, 0, 0]
    assert [block.place for block in builder.blocks] == [Place("row", "1"), Place("row", "3"), Place("row", "5")]
