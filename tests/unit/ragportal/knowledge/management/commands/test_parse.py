import io

import pytest
from django.core.management import call_command

from ragportal.common.errors import InvalidInput


def shown(*arguments) -> str:
    out = io.StringIO()
    call_command("parse", *map(str, arguments), stdout=out)
    return out.getvalue()


def test_each_file_of_a_folder_is_told_with_its_counts_or_its_reason(tmp_path):
    (tmp_path / "rules.md").write_text("# Rules\n\nBe kind to each other, and be on time.")
    (tmp_path / "sub").mkdir()
    (tmp_path / "sub" / "photo.txt").write_bytes(b"\x89PNG\r\n\x1a\n")
    assert "photo.txt: not read. This is an image" in shown(tmp_path)
    assert "rules.md: text/markdown" in shown(tmp_path)
    assert "1 heading, 1 paragraph\n  title: Rules" in shown(tmp_path)


def test_blocks_are_shown_where_wanted(tmp_path):
    (tmp_path / "a.csv").write_text("Item,Price\nPen,2\n")
    assert "table_row (row 2): Pen | 2" in shown("--blocks", tmp_path / "a.csv")


def test_a_file_that_is_not_there_says_so(tmp_path):
    with pytest.raises(InvalidInput, match="cannot be read"):
        shown(tmp_path / "none.md")
