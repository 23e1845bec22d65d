"""Which paths a pattern names."""

import time

import pytest

from connectors.files.patterns import compiled_pattern


@pytest.mark.parametrize(
    ("pattern", "named", "not_named"),
    [
        ("a.md", ["a.md"], ["b/a.md", "a.md/b", "A.md", "axmd"]),
        ("*.md", ["a.md", ".md"], ["b/a.md", "a.mdx"]),
        ("a*b*c", ["abc", "axbxc", "abbcc"], ["ab", "ac", "a/bc"]),
        ("a?c", ["abc"], ["ac", "a/c", "abbc"]),
        ("[a-c]x[!0-9]", ["axa", "cx-"], ["dxa", "ax1", "ax/"]),
        ("[]x", None, None),
        ("[a&&b^~|]", ["a", "&", "^", "~", "|"], ["c", "/"]),
        ("a/*", ["a/b"], ["a", "a/b/c", "b/a/b"]),
        ("a/**", ["a/b", "a/b/c"], ["a", "ab/c", "b/a/c"]),
        ("a/", ["a/b", "a/b/c"], ["a", "ab/c"]),
        ("**", ["a", "a/b"], [""]),
        ("**/a", ["a", "b/a", "c/b/a"], ["ba", "a/b"]),
        ("a/**/z", ["a/z", "a/b/z", "a/b/c/z"], ["az", "a/bz", "a/z/b"]),
        ("**/a/**/b*/**", ["a/b/c", "x/a/y/bb/c/d"], ["a/b", "a/c/d", "b/a/c"]),
        ("**/**", ["a", "a/b"], []),
        ("a.b (1)+{x}.md", ["a.b (1)+{x}.md"], ["aXb (1)+{x}.md"]),
    ],
)
def test_names(pattern, named, not_named):
    if named is None:
        with pytest.raises(ValueError, match="never closed"):
            compiled_pattern(pattern)
        return
    expression = compiled_pattern(pattern)
    assert [path for path in named if not expression.fullmatch(path)] == []
    assert [path for path in not_named if expression.fullmatch(path)] == []


def test_no_pattern_takes_exponential_time():
    started = time.process_time()
    assert not compiled_pattern("*a" * 60 + "*b").fullmatch("a" * 250)
    assert not compiled_pattern("**/a/" * 30 + "b").fullmatch("a/" * 500 + "c")
    assert time.process_time() - started < 2
