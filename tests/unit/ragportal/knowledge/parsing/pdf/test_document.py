"""PDF files as a reader sees them: pages, paragraphs, headings, tables, and what is no text of theirs."""

import pytest

from ragportal.knowledge.parsing.document import ParsingFailed
from ragportal.knowledge.parsing.pdf.document import parse_pdf
from tests.factories.pdf_files import HEIGHT, PdfFile, PdfPage, Words, lines

PROSE = [
    "Für Dienstreisen gilt der Tagessatz des Landes, in das die Reise führt, und",
    "er wird für jeden angefangenen Tag bezahlt, an dem jemand unterwegs ist. Wer",
    "länger bleibt, spricht vorher mit der Personalabteilung.",
]


def read(*pages: PdfPage, **details) -> list[str]:
    """Each block as "kind page marker: text"."""
    parsed = parse_pdf(PdfFile(pages, **details).saved(), "")
    return [
        " ".join(filter(None, (block.kind, block.place.label, block.marker)))
        + f": {parsed.text[block.start : block.end]}"
        for block in parsed.blocks
    ]


def table(rows, *, top: float, step: float = 20) -> list[Words]:
    return [
        Words(60 + 140 * column, top - step * row, text)
        for row, texts in enumerate(rows)
        for column, text in enumerate(texts)
    ]


class TestText:
    def test_is_put_together_from_its_lines(self):
        two = [*lines(PROSE), *lines(["Das zweite beginnt nach einer freien Zeile."], top=640)]
        assert read(PdfPage(two)) == [
            f"paragraph 1: {' '.join(PROSE)}",
            "paragraph 1: Das zweite beginnt nach einer freien Zeile.",
        ]

    @pytest.mark.parametrize(
        ("first", "second", "joined"),
        [
            (
                "Alle Fragen der Reisekosten beantwortet die Personalab-",
                "teilung in Wien.",
                "Personalabteilung in Wien.",
            ),
            (
                "Alle Fragen der Reisekosten sind für die Frühjahrs-",
                "und Herbstreisen gleich.",
                "Frühjahrs- und Herbst",
            ),
            ("All questions about travel are answered by the HR-", "IT team in Vienna here.", "HR-IT team"),
        ],
    )
    def test_has_no_hyphens_of_its_lines(self, first, second, joined):
        assert joined in read(PdfPage(lines([first, second])))[0]

    def test_goes_on_over_the_turn_of_a_page_where_it_began(self):
        pages = PdfPage(lines(PROSE[:1])), PdfPage(lines([*PROSE[1:], "", "", "Ende."]))
        assert read(*pages) == [f"paragraph 1: {' '.join(PROSE)}", "paragraph 2: Ende."]

    def test_of_columns_is_read_one_after_the_other(self):
        left = [
            "The left column tells of the",
            "first matter, at some length,",
            "and ends with a full stop.",
            "It has a fourth line too.",
        ]
        right = [
            "The right one tells of the",
            "second matter, which is as",
            "long as the first, and ends",
            "at the foot of the page.",
        ]
        by_column = PdfPage([*lines(left), *lines(right, left=320)])
        by_row = PdfPage([words for pair in zip(lines(left), lines(right, left=320), strict=True) for words in pair])
        expected = [f"paragraph 1: {' '.join(left)}", f"paragraph 1: {' '.join(right)}"]
        assert read(by_column) == expected
        assert read(by_row) == expected

    def test_that_was_drawn_last_comes_first_if_it_stands_above(self):
        assert read(PdfPage([*lines(PROSE), Words(60, 760, "Reisen und Tagungen im Ausland")]))[0].endswith("Ausland")

    def test_of_lists_has_its_markers(self):
        page = PdfPage(
            [Words(60, 700, "Mitzubringen sind:"), Words(60, 680, "\u2022"), Words(75, 680, "ein Ausweis,"),
             Words(75, 666, "der noch gilt"), Words(60, 650, "\u2022"), Words(75, 650, "ein Foto"),
             Words(60, 630, "1. Anmelden"), Words(60, 616, "2. Warten")]
        )  # fmt: skip
        assert read(page)[1:] == [
            "list_item 1 -: ein Ausweis, der noch gilt",
            "list_item 1 -: ein Foto",
            "list_item 1 1.: Anmelden",
            "list_item 1 2.: Warten",
        ]

    def test_that_stands_upright_is_read_and_a_watermark_is_not(self):
        page = PdfPage(
            [*lines(["Ein Satz."]), Words(30, 300, "am Rand", turn=90), Words(200, 300, "ENTWURF", size=60, turn=45)]
        )
        assert read(page) == ["paragraph 1: Ein Satz.", "paragraph 1: am Rand"]

    @pytest.mark.parametrize("rotate", [90, 180, 270])
    def test_of_a_turned_page_is_read_like_any_other(self, rotate):
        turned = PdfPage([Words(300, 100, "One line,", turn=90), Words(314, 100, "and another.", turn=90)], rotate=90)
        assert read(turned) == ["paragraph 1: One line, and another."]
        assert sorted(read(PdfPage(lines(["A line.", "B line."]), rotate=rotate))) != []


class TestFurniture:
    def test_is_what_repeats_at_the_edge_of_most_pages(self):
        def page(number: int) -> PdfPage:
            edge = [Words(60, 815, "Muster GmbH - intern"), Words(280, 30, f"Seite {number + 7} von 6")]
            return PdfPage([*edge, *lines([f"Inhalt der Seite {name}" for name in "ABC"[: number % 3 + 1]])])

        blocks = read(*(page(number) for number in range(1, 6)))
        assert not [block for block in blocks if "Muster" in block or "von 6" in block]
        assert len([block for block in blocks if "Inhalt" in block]) == 5

    def test_is_not_a_row_of_numbers_that_looks_alike(self):
        def page(number: int) -> PdfPage:
            rows = [(f"Item {number}{row}", f"{number * 37 + row * 11}", f"{number + row * 5}.00") for row in range(40)]
            return PdfPage(table(rows, top=800, step=19))

        assert len(read(*(page(number) for number in range(1, 6)))) == 200

    def test_the_number_of_a_page_alone(self):
        assert read(PdfPage([*lines(["Ein Satz."]), Words(290, 30, "1")])) == ["paragraph 1: Ein Satz."]


class TestHeadings:
    BOOKMARKS = (("Reisen", 0, 0), ("Tagess\xe4tze", 0, 1), ("Belege", 1, 1))

    def test_are_those_of_the_outline(self):
        first = [
            Words(60, 760, "Reisen"),
            *lines(PROSE, top=740),
            Words(60, 680, "Tagess\xe4tze"),
            *lines(PROSE, top=660),
        ]
        second = [Words(60, 760, "Belege"), *lines(PROSE, top=740), Words(60, 680, "Gro\xdf und fett", size=20)]
        blocks = read(PdfPage(first), PdfPage(second), bookmarks=self.BOOKMARKS)
        assert [block for block in blocks if "heading" in block] == [
            "heading 1: Reisen",
            "heading 1: Tagess\xe4tze",
            "heading 2: Belege",
        ]
        parsed = parse_pdf(PdfFile([PdfPage(first), PdfPage(second)], bookmarks=self.BOOKMARKS).saved(), "")
        assert parsed.blocks[3].headings == ("Reisen", "Tagess\xe4tze")

    def test_are_told_by_their_size_and_weight_where_there_is_no_outline(self):
        page = [
            Words(60, 780, "Handbuch", size=24), Words(60, 740, "Reisen", size=16), *lines(PROSE, top=720),
            Words(60, 660, "Tagess\xe4tze", bold=True), *lines(PROSE, top=640),
        ]  # fmt: skip
        parsed = parse_pdf(PdfFile([PdfPage(page)]).saved(), "")
        headings = [
            (parsed.text[block.start : block.end], block.level) for block in parsed.blocks if block.kind == "heading"
        ]
        assert headings == [("Handbuch", 1), ("Reisen", 2), ("Tagess\xe4tze", 3)]
        assert parsed.title == "Handbuch"

    @pytest.mark.parametrize(
        ("stated", "title"),
        [
            ("Reise\xadkosten", "Reisekosten"),
            ("Microsoft Word - x.doc", "Regeln"),
            ("untitled", "Regeln"),
            ("Reisekosten", "Reisekosten"),
        ],
    )
    def test_give_the_title_unless_the_file_says_what_stands_on_its_first_page(self, stated, title):
        page = PdfPage(
            [Words(60, 780, "Regeln", size=24), *lines(["Reisekosten werden bezahlt, wenn sie belegt sind."])]
        )
        assert parse_pdf(PdfFile([page], title=stated).saved(), "").title == title


class TestTables:
    ROWS = (("Land", "Tagessatz", "N\xe4chtigung"), ("\xd6sterreich", "30", "60"), ("Schweiz", "40", "80"))

    def page(self, rows):
        return PdfPage([*lines(PROSE), *table(rows, top=600)])

    def test_are_told_by_their_columns(self):
        assert read(self.page(self.ROWS))[1:] == [
            "table_header 1: Land | Tagessatz | N\xe4chtigung",
            "table_row 1: \xd6sterreich | 30 | 60",
            "table_row 1: Schweiz | 40 | 80",
        ]

    def test_have_cells_of_several_lines(self):
        words = [*table(self.ROWS, top=600, step=30), Words(200, 558, "je Tag")]
        page = PdfPage([*lines(PROSE), *sorted(words, key=lambda word: (-word.y, word.x))])
        assert "table_row 1: \xd6sterreich | 30 je Tag | 60" in read(page)

    def test_go_on_after_the_turn_of_a_page(self):
        second = PdfPage(table(self.ROWS, top=780))
        parsed = parse_pdf(PdfFile([self.page(self.ROWS), second]).saved(), "")
        rows = [block for block in parsed.blocks if block.kind.startswith("table")]
        assert [(row.kind, row.place.label) for row in rows] == [
            ("table_header", "1"), ("table_row", "1"), ("table_row", "1"), ("table_row", "2"), ("table_row", "2"),
        ]  # fmt: skip
        assert {row.leader for row in rows[1:]} == {1}

    def test_go_on_without_naming_their_columns_again(self):
        more = (("Schweden", "keiner", "55"), ("Norwegen", "30", "60"))
        parsed = parse_pdf(PdfFile([self.page(self.ROWS), PdfPage(table(more, top=780))]).saved(), "")
        assert [block.kind for block in parsed.blocks].count("table_header") == 1
        assert parsed.blocks[-1].leader == 1

    def test_of_a_turned_page_are_tables_too(self):
        turned = [Words(HEIGHT - word.y, word.x, word.text, turn=90) for word in table(self.ROWS, top=600)]
        assert read(PdfPage(turned, rotate=90))[0] == "table_header 1: Land | Tagessatz | N\xe4chtigung"


class TestFiles:
    def test_that_are_scanned_say_so(self):
        with pytest.raises(ParsingFailed, match="holds only images; text recognition is not built in"):
            read(PdfPage(picture=True), PdfPage(picture=True))

    def test_that_are_partly_scanned_have_a_note(self):
        parsed = parse_pdf(PdfFile([PdfPage(lines(PROSE)), PdfPage(picture=True), PdfPage()]).saved(), "")
        assert parsed.notes == ("Pages that hold only images, whose text is not read: 2.",)

    def test_under_a_password_say_so(self):
        with pytest.raises(ParsingFailed, match="password"):
            read(PdfPage(lines(PROSE)), encrypted=True)

    @pytest.mark.parametrize("share", [0.02, 0.3, 0.7, 0.95])
    def test_that_are_cut_off_give_what_is_left_or_the_reason(self, share):
        body = PdfFile([PdfPage(lines(PROSE))] * 3).saved()
        try:
            parsed = parse_pdf(body[: int(len(body) * share)], "")
        except ParsingFailed as error:
            assert "damaged" in str(error)
        else:
            assert all(line in " ".join(PROSE) for line in parsed.text.split("\n\n"))

    @pytest.mark.parametrize("body", [b"%PDF-1.4\n", b"%PDF-1.7\n%%EOF", b"not a PDF"])
    def test_that_are_none_are_damaged(self, body):
        with pytest.raises(ParsingFailed, match="damaged"):
            parse_pdf(body, "")
