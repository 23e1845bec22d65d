import time

import pytest

from ragportal.knowledge.parsing.section_numbers import begins_section, follows, opening_of, sections_of


def labels(text: str) -> list[str | None]:
    return sections_of([opening_of(line) for line in text.strip().split("\n")])


def found(text: str) -> list[str]:
    return [label for label in labels(text) if label]


class TestNumberedTexts:
    def test_sub_sections_prove_the_sections_above_them(self):
        text = "1. Scope\n1.1 It holds.\n1.2 For all.\n2 Delivery\nWe deliver.\n2.1 Soon.\n2.1.1 Or later.\n3. Law"
        assert found(text) == ["1", "1.1", "1.2", "2", "2.1", "2.1.1", "3"]

    @pytest.mark.parametrize("word", ["§", "Section", "ARTICLE", "Art.", "Artikel", "Clause", "Artículo"])
    def test_a_word_for_sections_proves_itself(self, word):
        assert found(f"{word} 1 Name\nText.\n{word} 2: Aim\n{word} 3\n{word} 3a Fees\n{word} 4. Law") == [
            "1", "2", "3", "3a", "4",
        ]  # fmt: skip

    def test_roman_numbers_may_follow_a_word(self):
        assert found("ARTICLE I Name\nARTICLE II\nARTICLE III - Aim\nARTICLE IV\nARTICLE V") == [
            "I", "II", "III", "IV", "V",
        ]  # fmt: skip

    def test_a_law_with_gaps_is_one(self):
        assert found("§ 1 A\n§ 2 B\n§ 3 C\n§ 7 D\n§ 8 E") == ["1", "2", "3", "7", "8"]

    def test_articles_may_have_sub_sections(self):
        assert found("Article 1 Name\n1.1 Foo.\n1.2 Bar.\nArticle 2 Aim\n2.1 Baz.") == ["1", "1.1", "1.2", "2", "2.1"]

    def test_a_number_may_carry_its_letter(self):
        text = "Section 3.1(a) One\nSection 3.1(b) Two\nSection 3.2 Three\nSection 3.3(a)(ii) Four"
        assert found(text) == ["3.1(a)", "3.1(b)", "3.2", "3.3(a)(ii)"]
        assert found("1 A\n1.1(a) B.\n1.1(b) C.\n1.2 D.") == ["1", "1.1(a)", "1.1(b)", "1.2"]

    def test_of_a_table_of_contents_and_the_text_the_text_counts(self):
        body = "1. Scope\n1.1 It holds.\n1.2 For all.\n2. Law\n2.1 Dutch."
        assert [label is None for label in labels(f"{body}\nText.\n{body}")] == [True] * 6 + [False] * 5

    def test_an_annex_ends_the_sections(self):
        assert labels("1. A\n1.1 B.\n1.2 C.\n1.3 D.\nSchedule 2 is part of this.\nAnnex 1: prices\n(a) x")[4:] == [
            None, "", None,
        ]  # fmt: skip
        assert labels("Annex 1\n1. A\n1.1 B.\n1.2 C.\n1.3 D.")[:2] == [None, "1"]


class TestLetters:
    def within(self, text: str) -> list[str]:
        return found(f"1. A\n1.1 B.\n1.2 C.\n1.3 D:\n{text}")[4:]

    def test_are_parts_of_their_section(self):
        assert self.within("(a) one\n(b) two\n(i) in it\n(ii) too\n(c) three") == [
            "1.3(a)", "1.3(b)", "1.3(b)(i)", "1.3(b)(ii)", "1.3(c)",
        ]  # fmt: skip
        assert self.within("(1) one\n(2) two\na) in it\nb) too") == ["1.3(1)", "1.3(2)", "1.3(2)(a)", "1.3(2)(b)"]

    def test_the_ninth_is_no_roman_one(self):
        assert self.within("\n".join(f"({letter}) x" for letter in "abcdefghij"))[-2:] == ["1.3(i)", "1.3(j)"]

    def test_begin_anew_in_each_section(self):
        assert self.within("(a) one\n(a) again") == ["1.3(a)"]
        assert self.within("(a) one\n1.4 E.\n(a) two\n(c) not next") == ["1.3(a)", "1.4", "1.4(a)"]

    def test_alone_are_nothing(self):
        assert found("(a) one\n(b) two\n(c) three") == []


@pytest.mark.parametrize(
    "text",
    [
        "1. Costs of storage\nMei measured it.\n2. Queue\nIvo proposes.\n3. On-call\n4. Certificate\n5. Miscellaneous",
        "1. Open the app.\n2. Photograph the receipt.\n3. Choose the cost centre.\n4. Send it.",
        "1) Open\n2) Close\n3) Lock",
        "4.2.1 Fixes the clock\n4.2.0 New display\n4.1 Faster start\n4.0 First release",
        "1.0 First release\n1.1 Fixes\n1.2 More fixes\n1.3 Faster\n2.0 New display",
        "1.1 Fixes\n1.2 More fixes\n1.3 Faster\n2.1 New display\n2.2 Fixes",
        "10.0.0.1 Gateway\n10.0.0.2 Printer\n10.0.0.3 Door",
        "12.03. Meeting\n13.03. Journey\n14.03. Return",
        "12.03.2026 Meeting\n13.03.2026 Journey\n14.03.2026 Return",
        "4.500 Euro for meters\n4.501 Euro for cables\n4.502 Euro for travel",
        "1.5 percent of sales\n1.6 percent of costs\n1.7 percent of both",
        "9.30 Opening\n10.15 Coffee\n11.45 Lunch",
        "Section 2 describes the data.\nSection 3 shows the results.\nSection 4 concludes.",
        "Section 12 Mr Vos\nSection 4 Ms Raman\nSection 9 Mr Clarke\nSection 2 Ms Fuchs",
        "Article 5 GDPR requires it.\nWe follow it.\nArticle 32 GDPR as well.",
        "Annex\nSchedule\nAppendix",
        "7.1 Surround sound\nA film\n5.1 Stereo",
        "1 Rooms\n1.1 Maas\n1.2 Waal\nArticle 1\nArticle 2",
        "Section 1 A\nSection 9 B\nSection 2 C\nSection 8 D\nSection 3 E\nSection 7 F\nSection 4 G\nSection 6 H",
        "§ 12 Notice\n§ 40 Fees\n§ 98 Courts\n§ 120 Costs",
    ],
    ids=[
        "minutes", "how-to", "brackets", "newest release first", "oldest release first", "releases with fixes",
        "addresses", "days", "dates", "amounts", "shares", "times", "an overview", "seats in no order",
        "references", "annexes alone", "two numbers", "too few", "mostly out of order", "laws that are named",
    ],
)  # fmt: skip
def test_other_numbers_are_no_sections(text):
    assert found(text) == []


def test_a_list_within_a_section_is_no_section():
    text = "1. A\n1.1 B:\n1. North\n2. South\n3. East\n1.2 C.\n1.3 D.\n2. E\n2.1 F."
    assert found(text) == ["1", "1.1", "1.2", "1.3", "2", "2.1"]
    assert labels("1. A\n1.1 B.\n1.2 C:\n1. North\n2. South\n2. D\n2.1 E.\n2.2 F.")[3:] == [
        None, None, "2", "2.1", "2.2",
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("last", "number", "is_next"),
    [
        ((), (1,), True), ((), (1, 1), True), ((), (2,), False), ((4, 2), (4, 3), True), ((4, 2), (5,), True),
        ((4, 2), (5, 1), True), ((4, 2), (4, 2, 1), True), ((4, 2), (4, 2), False), ((4, 2), (4, 4), False),
        ((4, 2), (6,), False), ((4, 2, 3), (4, 3), True), ((4, 2), (5, 2), False), ((4, 2), (4,), False),
    ],
)  # fmt: skip
def test_what_may_follow(last, number, is_next):
    assert follows(last, number) is is_next


def test_a_long_law_with_gaps_is_read_in_reasonable_time():
    text = "\n".join(f"§ {number * 2} Name" for number in range(1, 5_000))
    started = time.process_time()
    assert found(text) == []
    assert time.process_time() - started < 5  # a guard against quadratic work, not a measurement


def test_a_line_may_begin_like_a_section():
    assert [begins_section(line) for line in ("4.2 Fees", "  (a) fees", "§ 5 Fees", "4. Fees", "Annex", "fees")] == [
        True, True, True, False, False, False,
    ]  # fmt: skip
