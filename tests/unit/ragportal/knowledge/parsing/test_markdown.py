import datetime

import pytest

from ragportal.knowledge.parsing.markdown import parse_markdown

PAGE = """---
title: Travel policy
status: Archived
date: 2024-05-01
---
# Travel {#travel}

[[_TOC_]]

Ask **before** you [book](https://x.test/y). {{< hint >}}

1. Get approval:
   - from your lead
2. Book

| Grade | Limit |
|-------|-------|
| 4     | `180` |

<details><summary>More</summary>Inside <script>x</script></details>

```python
a  = 1
```
> quoted
"""


def parse(text: str):
    return parse_markdown(text.encode(), "")


def test_a_page_with_everything():
    parsed = parse(PAGE)
    assert [(b.kind, parsed.text[b.start : b.end], b.level, b.leader, b.marker) for b in parsed.blocks] == [
        ("heading", "Travel", 1, None, ""),
        ("paragraph", "Ask before you book.", 0, None, ""),
        ("list_item", "Get approval:", 1, 1, "1."),
        ("list_item", "from your lead", 2, 2, "-"),
        ("list_item", "Book", 1, 1, "2."),
        ("table_header", "Grade | Limit", 0, None, ""),
        ("table_row", "4 | 180", 0, 5, ""),
        ("paragraph", "More", 0, None, ""),
        ("paragraph", "Inside", 0, None, ""),
        ("code", "a  = 1", 0, None, ""),
        ("quote", "quoted", 0, None, ""),
    ]


def test_front_matter_gives_title_status_and_date_and_is_not_text():
    parsed = parse(PAGE)
    assert (parsed.title, parsed.status, parsed.date) == ("Travel policy", "archived", datetime.date(2024, 5, 1))
    assert "status" not in parsed.text


@pytest.mark.parametrize(
    ("front", "status"),
    [
        ("status: superseded", "superseded"),
        ("deprecated: true", "archived"),
        ("archived: yes", "archived"),
        ("status: published", "current"),
        ("status: [odd", None),
        ("status: whatever", None),
        ("just words", None),
    ],
)
def test_status(front, status):
    parsed = parse(f"---\n{front}\n---\ntext")
    assert (parsed.status, parsed.text) == (status, "text")


@pytest.mark.parametrize(
    ("front", "date"),
    [
        ("lastmod: 2023-02-01T10:00:00Z\ndate: 2020-01-01", datetime.date(2023, 2, 1)),
        ("date: '2020-01-01 (draft)'", datetime.date(2020, 1, 1)),
        ("date: spring", None),
        ("date: 2020-13-45", None),
    ],
)
def test_date(front, date):
    assert parse(f"---\n{front}\n---\ntext").date == date


def test_a_line_at_the_start_is_not_front_matter():
    assert parse("---\n\ntext").text == "text"


def test_windows_line_ends():
    assert parse("---\r\ntitle: T\r\n---\r\n# A\r\n\r\nb\r\n").text == "A\n\nb"


def test_anything_deep_ends():
    for text in (">" * 3000 + "a", "- " * 3000 + "a", "[" * 3000, "*a_" * 3000, "`" * 3000):
        parse(text)
