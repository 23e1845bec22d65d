import pytest

from ragportal.knowledge.parsing.office.number_formats import BUILT_IN, plain, shown


@pytest.mark.parametrize(
    ("number", "code", "text"),
    [
        (1234.5, "#,##0.00", "1,234.50"),
        (1234.5, '#,##0.00\\ "€"', "1,234.50 €"),
        (1234.5, "[$€-407] #,##0", "€ 1,234"),
        (1234567, "_-* #,##0_-;-* #,##0_-", "1,234,567"),
        (-5, "#,##0;[Red](#,##0)", "(5)"),
        (0, '0;-0;"none"', "none"),
        (2_000_000, '0.0,,"M"', "2.0M"),
        (0.256, "0.0%", "25.6%"),
        (-0.5, "0%", "-50%"),
        (7, "000", "007"),
        (1, "0.##", "1"),
        (1.25, "0.##", "1.25"),
        (12345.678, "0.00E+00", "1.23E+04"),
        (3.5, "# ?/?", "3.5"),
        (5, 'General" kg"', "5 kg"),
        (42, "@", "42"),
        (45352, "dd.mm.yyyy", "01.03.2024"),
        (45352, "d. mmmm yy;@", "1. March 24"),
        (45352.75, "yyyy-mm-dd h:mm", "2024-03-01 18:00"),
        (45352.5, "dddd h:mm AM/PM", "Friday 12:00 PM"),
        (0.0625, "mm:ss", "30:00"),
        (1.5, "[h]:mm", "36:00"),
        (45352, BUILT_IN[14], "2024-03-01"),
        (59, "yyyy-mm-dd", "1900-02-28"),
        (-1, "yyyy-mm-dd", "-1"),
        (1e300, "yyyy-mm-dd", "1e+300"),
        (5, "[>=10]0.0;0", "5.0"),
        (5, "", "5"),
        (5, '"unclosed', "unclosed"),
    ],
)
def test_a_number_is_shown_as_its_format_says(number, code, text):
    assert shown(number, code) == text


def test_some_workbooks_count_days_from_1904():
    assert shown(43890, "yyyy-mm-dd", since_1904=True) == "2024-03-01"


@pytest.mark.parametrize(("number", "text"), [(0.1 + 0.2, "0.3"), (1e6, "1000000"), (-2.0, "-2"), (1e20, "1e+20")])
def test_no_digits_of_binary_arithmetic(number, text):
    assert plain(number) == text
