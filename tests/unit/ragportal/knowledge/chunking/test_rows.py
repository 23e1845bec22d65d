from ragportal.knowledge.chunking.rows import cells_of, cut_row

HEADER = "Meter | Site | Price | Since"
ROW = "NV50 | Leeds | 1,200 euros | 2019"
TEXT = f"{HEADER}\n{ROW}"


def cut(most: int, text: str = TEXT) -> list[tuple[str, str]]:
    end = text.index("\n")
    header, row = cells_of(text, 0, end), cells_of(text, end + 1, len(text))
    return [(lead, text[start:end]) for start, end, lead in cut_row(text, header, row, lambda part: len(part) <= most)]


def test_cells_are_told_by_their_places():
    assert [TEXT[start:end] for start, end in cells_of(TEXT, 0, len(HEADER))] == ["Meter", "Site", "Price", "Since"]


def test_each_part_says_which_row_it_is_and_has_the_names_of_its_columns():
    assert cut(50) == [
        ("Meter | Site | Price", "NV50 | Leeds | 1,200 euros"),
        ("Meter: NV50\nSince", "2019"),
    ]


def test_a_part_has_a_column_at_least():
    assert [own for _, own in cut(1)] == ["NV50", "Leeds", "1,200 euros", "2019"]


def test_columns_without_a_name_and_parts_without_text():
    assert cut(1, "Meter\nNV50 |  | 2019") == [("Meter", "NV50"), ("Meter: NV50\n", "2019")]
    assert cut(1, " | Since\nNV50 | 2019") == [("", "NV50"), ("NV50\nSince", "2019")]


def test_a_first_cell_that_is_no_name_is_not_repeated():
    assert cut(1, f"Text | Since\n{'long ' * 20}| 2019")[1][0] == "Since"
    assert cut(1, "Meter | Since\n | 2019") == [("Since", "2019")]
