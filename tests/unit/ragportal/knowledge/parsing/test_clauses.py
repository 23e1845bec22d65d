from ragportal.knowledge.parsing.building import TextBuilder
from ragportal.knowledge.parsing.clauses import with_sections
from ragportal.knowledge.parsing.document import ParsedDocument, Place
from ragportal.knowledge.parsing.html import parse_markup
from ragportal.knowledge.parsing.markdown import parse_markdown
from ragportal.knowledge.parsing.plain import parse_plain
from ragportal.knowledge.parsing.reading import read_document

CONTRACT = """SUPPLY AGREEMENT

1. DEFINITIONS
1.1 "Goods" means the meters of the list that is in force on the day on which
an order is placed.
1.2 "Day" means a working day.

2. Delivery

2.1 Norvane delivers in four weeks and:
(a) packs the goods;
(b) encloses a certificate which is
    not older than three months.
2.2 Three gates are open:
1. North
2. South

3. Law

Dutch law governs.

Annex 1: prices

Of 2026.
"""


def shown(parsed: ParsedDocument) -> list[tuple[str, int, str, str]]:
    return [(b.kind, b.level, str(b.place or ""), parsed.text[b.start : b.end]) for b in parsed.blocks]


def plain(text: str) -> ParsedDocument:
    return with_sections(parse_plain(text.encode(), ""))


def test_a_contract_in_plain_text():
    parsed = plain(CONTRACT)
    assert shown(parsed) == [
        ("paragraph", 0, "", "SUPPLY AGREEMENT"),
        ("heading", 1, "section 1", "1. DEFINITIONS"),
        (
            "paragraph", 0, "section 1.1",
            '1.1 "Goods" means the meters of the list that is in force on the day on which an order is placed.',
        ),
        ("paragraph", 0, "section 1.2", '1.2 "Day" means a working day.'),
        ("heading", 1, "section 2", "2. Delivery"),
        ("paragraph", 0, "section 2.1", "2.1 Norvane delivers in four weeks and:"),
        ("list_item", 1, "section 2.1(a)", "packs the goods;"),
        ("list_item", 1, "section 2.1(b)", "encloses a certificate which is\nnot older than three months."),
        ("paragraph", 0, "section 2.2", "2.2 Three gates are open:"),
        ("list_item", 1, "section 2.2", "North"),
        ("list_item", 1, "section 2.2", "South"),
        ("heading", 1, "section 3", "3. Law"),
        ("paragraph", 0, "section 3", "Dutch law governs."),
        ("heading", 1, "", "Annex 1: prices"),
        ("paragraph", 0, "", "Of 2026."),
    ]  # fmt: skip
    assert [(b.marker, b.leader) for b in parsed.blocks[6:11]] == [
        ("(a)", 5), ("(b)", 5), ("", None), ("1.", 8), ("2.", 8),
    ]  # fmt: skip
    assert parsed.blocks[5].headings == ("2. Delivery",)


def test_it_is_read_so_from_a_file():
    assert "section 2.1(b)" in [str(b.place) for b in read_document(CONTRACT.encode(), "", "contract.txt").blocks]
    csv = "Number,Text\n1.1 A,x\n1.2 B,y\n1.3 C,z"
    assert {b.place.kind for b in read_document(csv.encode(), "", "contract.csv").blocks} == {"row"}


def test_a_text_without_sections_stays_as_it_is():
    parsed = parse_markdown(b"# Minutes\n\n1. Costs\n\nMei measured.\n\n2. Queue\n\n3. Rest\n", "")
    assert with_sections(parsed) is parsed


def test_letters_within_letters_lean_on_the_one_above():
    text = "1. A\n1.1 B.\n1.2 C.\n1.3 We:\n(a) pack;\n(b) send\n(i) by rail,\n(ii) by road;\n(c) call."
    assert [(b.marker, b.level, b.leader) for b in plain(text).blocks[4:]] == [
        ("(a)", 1, 3), ("(b)", 1, 3), ("(i)", 2, 5), ("(ii)", 2, 5), ("(c)", 1, 3),
    ]  # fmt: skip
    apart = plain("1. A\n1.1 B:\n(a) pack;\n1.2 C:\n(a) call.\n1.3 D.")
    assert [b.leader for b in apart.blocks if b.kind == "list_item"] == [1, 3]


class TestTitles:
    def test_titles_are_headings_where_all_neighbours_have_one(self):
        text = "1. A\n\n1.1 Time\n\nFour weeks.\n\n1.2 Place\n\nRotterdam.\n\n1.3 Risk\n\nOurs."
        assert [(b.level, b.headings) for b in plain(text).blocks if b.kind == "heading"] == [
            (1, ()), (2, ("1. A",)), (2, ("1. A",)), (2, ("1. A",)),
        ]  # fmt: skip
        mixed = text.replace("1.2 Place\n\nRotterdam.", "1.2 The place is Rotterdam.")
        assert [b.level for b in plain(mixed).blocks if b.kind == "heading"] == [1]

    def test_short_sections_are_no_titles_of_nothing(self):
        assert [b.kind for b in plain("1. Goods\n\n1.1 Meters\n\n1.2 Cables\n\n1.3 Displays").blocks] == [
            "heading", "paragraph", "paragraph", "paragraph",
        ]  # fmt: skip

    def test_a_line_that_goes_on_in_the_next_is_none(self):
        text = "1. A\n1.1 The supplier\ndelivers.\n1.2 The buyer\npays.\n1.3 Both\nagree."
        assert [b.kind for b in plain(text).blocks] == ["heading", "paragraph", "paragraph", "paragraph"]

    def test_a_word_alone_takes_the_title_from_the_next_line(self):
        text = "Article 1\nName\n\nIt is so.\n\nArticle 2\nAim\n\nMeasuring.\n\nArticle 3\n\nLaw is Dutch."
        titles = [t for kind, _, _, t in shown(plain(text)) if kind == "heading"]
        assert titles == ["Article 1 Name", "Article 2 Aim", "Article 3"]


class TestOtherFormats:
    MARKDOWN = b"""# Terms

Before.

## Part A

### 1. Scope

1.1 For all.

1.2 For ever.

#### A note

Within.

1.3 Really.

## Part B

After.
"""

    def test_headings_keep_their_levels_and_one_without_a_number_ends_the_sections(self):
        assert shown(with_sections(parse_markdown(self.MARKDOWN, ""))) == [
            ("heading", 1, "", "Terms"),
            ("paragraph", 0, "", "Before."),
            ("heading", 2, "", "Part A"),
            ("heading", 3, "section 1", "1. Scope"),
            ("paragraph", 0, "section 1.1", "1.1 For all."),
            ("paragraph", 0, "section 1.2", "1.2 For ever."),
            ("heading", 4, "section 1.2", "A note"),
            ("paragraph", 0, "section 1.2", "Within."),
            ("paragraph", 0, "section 1.3", "1.3 Really."),
            ("heading", 2, "", "Part B"),
            ("paragraph", 0, "", "After."),
        ]

    def test_titles_stand_below_the_headings_above_them(self):
        parsed = with_sections(parse_markdown("# Terms\n\n§ 1 A\n\nX.\n\n§ 2 B\n\nY.\n\n§ 3 C\n\nZ.".encode(), ""))
        assert [(b.level, b.headings) for b in parsed.blocks if b.kind == "heading"][1:] == [(2, ("Terms",))] * 3

    def test_a_heading_is_one_whatever_it_ends_with(self):
        sections = "1.1 Time\n\nFour.\n\n1.2 Place\n\nHere.\n\n1.3 Risk\n\nOurs.\n\n2. Dutch law holds."
        parsed = with_sections(parse_markdown(f"# Terms\n\n### 1. Scope.\n\n{sections}".encode(), ""))
        assert [b.level for b in parsed.blocks if b.kind == "heading"] == [1, 3, 4, 4, 4]

    def test_what_is_quoted_is_no_title(self):
        page = "<p>1. A</p><p>1.1 B</p><p>X.</p><blockquote><p>1.2 C</p></blockquote><p>X.</p><p>1.3 D</p><p>X.</p>"
        assert [b.kind for b in with_sections(parse_markup(page)).blocks if b.kind != "paragraph"] == [
            "heading",
            "quote",
        ]

    def test_numbers_of_a_list_are_part_of_the_text_of_a_contract(self):
        builder = TextBuilder()
        for marker, text in (("1.", "Scope"), ("1.1", "For all."), ("1.2", "For:"), ("(a)", "me;"), ("1.3", "Yes.")):
            builder.add("list_item", text, level=1, marker=marker)
        assert shown(with_sections(ParsedDocument("", builder.text, tuple(builder.blocks)))) == [
            ("heading", 1, "section 1", "1. Scope"),
            ("paragraph", 0, "section 1.1", "1.1 For all."),
            ("paragraph", 0, "section 1.2", "1.2 For:"),
            ("list_item", 1, "section 1.2(a)", "me;"),
            ("paragraph", 0, "section 1.3", "1.3 Yes."),
        ]

    def test_tables_code_and_quotes_within_are_kept(self):
        page = """<p>1. A</p><p>1.1 B.</p><table><tr><th>Day</th><th>Fee</th></tr><tr><td>1</td><td>2</td></tr></table>
        <pre>x = 1</pre><blockquote><p>1.2 C.</p></blockquote><p>1.3 D.</p><p>1.4 E.</p>"""
        before = parse_markup(page)
        parsed = with_sections(before)
        assert [b.kind for b in parsed.blocks][2:6] == ["table_header", "table_row", "code", "quote"]
        assert [str(b.place) for b in parsed.blocks][2:6] == [*["section 1.1"] * 3, "section 1.2"]
        assert parsed.blocks[3].leader == 2
        assert parsed.text == before.text

    def test_a_page_is_not_overwritten(self):
        builder = TextBuilder()
        for page, text in enumerate(("1. A", "1.1 B.", "1.2 C.", "1.3 D."), start=1):
            builder.place = Place("page", str(page))
            builder.add("paragraph", text)
        parsed = with_sections(ParsedDocument("", builder.text, tuple(builder.blocks)))
        assert [str(b.place) for b in parsed.blocks] == ["page 1", "page 2", "page 3", "page 4"]
        assert parsed.blocks[3].headings == ("1. A",)
