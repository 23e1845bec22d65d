"""What a manifest means, and how each mistake in one is told."""

import pytest

from connectors.base import ReaderSet, SourcePrincipal
from connectors.files.permissions import (
    MEMBERS,
    Manifest,
    ManifestError,
    everything_to_members,
    read_manifest,
)

ANNA = SourcePrincipal("user", "anna@demo.example")
FINANCE = SourcePrincipal("group", "finance")
BOARD = SourcePrincipal("group", "board")

GOOD = """
groups:
  finance: [anna@demo.example]
  board: [Berta@Demo.Example, "group:finance"]
documents:
  - pattern: finance/board/**
    all_of: [["group:finance"], ["group:board", anna@demo.example]]
    classification: restricted
    department: Finance
  - pattern: [finance/old.md, "**/*.bak"]
    readers: group:finance
    status: superseded
  - pattern: finance/
    readers: ["group:finance"]
  - pattern: open/**
    readers: members
"""


def manifest(text: str) -> Manifest:
    return read_manifest(text.encode(), "manifest.yaml")


def readers(*principals: SourcePrincipal) -> ReaderSet:
    return ReaderSet(frozenset(principals))


class TestMeaning:
    def test_readers_are_one_set_of_whom_one_is_enough(self):
        entry = manifest("documents: [{pattern: a.md, readers: [anna@demo.example, bo@demo.example]}]").entry_for(
            "a.md"
        )
        assert entry is not None
        assert entry.access.reader_sets == (readers(ANNA, SourcePrincipal("user", "bo@demo.example")),)

    def test_all_of_is_several_sets_that_must_all_hold(self):
        entry = manifest(GOOD).entry_for("finance/board/minutes.md")
        assert entry is not None
        assert entry.access.reader_sets == (readers(FINANCE), readers(BOARD, ANNA))
        assert (entry.access.classification, entry.access.department) == ("restricted", "Finance")

    def test_the_first_entry_decides_everything(self):
        entry = manifest(GOOD).entry_for("finance/old.md")
        assert entry is not None
        assert (entry.status, entry.access.classification, entry.access.department) == ("superseded", "", "")

    def test_an_exact_path_does_not_overtake_an_earlier_pattern(self):
        ordered = "documents: [{pattern: 'a/*', readers: anna@demo.example}, {pattern: a/b.md, readers: members}]"
        entry = manifest(ordered).entry_for("a/b.md")
        assert entry is not None
        assert entry.access.reader_sets == (readers(ANNA),)

    def test_a_path_that_nothing_names_has_no_entry(self):
        assert manifest(GOOD).entry_for("hr/salaries.md") is None
        assert manifest(GOOD).entry_for("Finance/report.md") is None

    def test_groups_nest_and_e_mails_are_lower_case(self):
        groups = {group.principal.key: group.members for group in manifest(GOOD).groups}
        assert groups == {"finance": {ANNA}, "board": {SourcePrincipal("user", "berta@demo.example"), FINANCE}}
        assert {one.email for one in groups["board"]} == {"berta@demo.example", ""}

    def test_groups_may_form_a_circle_and_may_be_empty(self):
        circle = "groups: {a: ['group:b'], b: ['group:a'], c: []}\ndocuments: [{pattern: x, readers: 'group:a'}]"
        assert [len(group.members) for group in manifest(circle).groups] == [1, 1, 0]

    def test_without_a_manifest_everything_is_for_the_audience_alone(self):
        entry = everything_to_members().entry_for("any/where/file.md")
        assert entry is not None
        assert entry.access.reader_sets == (readers(MEMBERS),)

    def test_advice_tells_what_is_hardly_meant(self):
        unusual = manifest(
            "documents:\n"
            "- {pattern: a.md, readers: members, classification: secret}\n"
            "- {pattern: b.md, readers: members}\n"
        )
        unknown, idle = unusual.advice(["a.md"])
        assert "line 2" in unknown and "`secret`" in unknown and "restricted" in unknown
        assert "line 3" in idle and "`b.md` decides about no file" in idle
        assert manifest("documents: [{pattern: a, readers: members, classification: Restricted}]").advice(["a"]) == []
        assert manifest(GOOD).advice(["finance/board/x", "finance/old.md", "a.bak", "finance/x", "open/x"]) == []


class TestMistakes:
    ENTRY = "documents: [{pattern: a, readers: members}]"

    @pytest.mark.parametrize(
        ("text", "where", "reason"),
        [
            ("documents: [", "line 2, column 1", "not valid YAML"),
            ("just text", "line 1, column 1", "must be a table"),
            ("groups: {}", "line 1, column 1", "has no `documents`"),
            ("documents: []", "line 1, column 12", "`documents` is empty"),
            ("documents: a", "line 1, column 12", "`documents` must be a list"),
            ("documents: [a]", "line 1, column 13", "must be a table"),
            (f"{ENTRY}\nfolders: {{}}", "line 2, column 1", "unknown key `folders`"),
            (f"{ENTRY}\n{ENTRY}", "line 2, column 1", "`documents` is there twice"),
            ("documents: [{pattern: a, reader: members}]", "line 1, column 26", "unknown key `reader`"),
            ("documents: [{pattern: a}]", "line 1, column 13", "either `readers` or `all_of`"),
            ("documents: [{pattern: a, readers: members, all_of: [[members]]}]", "line 1", "and not both"),
            ("documents: [{readers: members}]", "line 1, column 13", "has no `pattern`"),
            ("documents: [{pattern: [], readers: members}]", "line 1, column 23", "`pattern` is empty"),
            ("documents: [{pattern: {a: b}, readers: members}]", "line 1, column 23", "`pattern` must be a list"),
            ("documents: [{pattern: '', readers: members}]", "line 1, column 23", "a pattern is empty"),
            ("documents: [{pattern: a, readers: []}]", "line 1, column 35", "`readers` is empty"),
            ("documents:\n- pattern: a\n  readers:\n", "line 3", "a reader is empty"),
            ("documents: [{pattern: a, readers: [[members]]}]", "line 1, column 36", "a reader must be text"),
            ("documents: [{pattern: a, readers: [group: board]}]", "line 1, column 36", "without a space"),
            ("documents: [{pattern: a, readers: 'group:board'}]", "line 1, column 35", "unknown group `board`"),
            ("documents: [{pattern: a, readers: anna}]", "line 1, column 35", "`anna` is no e-mail address"),
            ("documents: [{pattern: a, readers: 'a b@c.example'}]", "line 1, column 35", "is no e-mail address"),
            ("documents: [{pattern: a, readers: anna@demo}]", "line 1, column 35", "is no e-mail address"),
            ("documents: [{pattern: a, all_of: []}]", "line 1, column 34", "`all_of` is empty"),
            ("documents: [{pattern: a, all_of: [[]]}]", "line 1, column 35", "a condition of all_of` is empty"),
            ("documents: [{pattern: a, all_of: {}}]", "line 1, column 34", "`all_of` must be a list"),
            ("documents: [{pattern: a, readers: members, status: old}]", "line 1, column 52", "`status` is `old`"),
            ("documents: [{pattern: a, readers: members, department: [x]}]", "line 1", "`department` must be text"),
            ("documents: [{pattern: a, readers: members, classification: }]", "line 1", "`classification` is empty"),
            (f"groups: [a]\n{ENTRY}", "line 1, column 9", "`groups` must be a table"),
            (f"groups: {{a: b@demo.example}}\n{ENTRY}", "line 1, column 13", "members of `a` must be a list"),
            (f"groups: {{a: ['group:b']}}\n{ENTRY}", "line 1, column 14", "unknown group `b`"),
            (f"groups: {{a: [members]}}\n{ENTRY}", "line 1, column 14", "`members` cannot be in a group"),
            (f"groups: {{a: [], 'a ': []}}\n{ENTRY}", "line 1, column 17", "the group `a` is there twice"),
            (f"groups: {{e\u0301: [], \u00e9: []}}\n{ENTRY}", "line 1", "is there twice"),
            (f"groups: {{'': []}}\n{ENTRY}", "line 1, column 10", "a group's name is empty"),
            (f"groups: {{{'a' * 301}: []}}\n{ENTRY}", "line 1, column 10", "longer than 300 characters"),
            ("documents: [{pattern: '/a', readers: members}]", "line 1, column 23", "must be relative"),
            ("documents: [{pattern: '../a', readers: members}]", "line 1, column 23", "must be relative"),
            ("documents: [{pattern: 'a//b', readers: members}]", "line 1, column 23", "must be relative"),
            ("documents: [{pattern: 'a\\b', readers: members}]", "line 1, column 23", "has a backslash"),
            ("documents: [{pattern: 'a**', readers: members}]", "line 1, column 23", "must stand alone"),
            ("documents: [{pattern: 'a[b', readers: members}]", "line 1, column 23", "never closed"),
            ("documents: [{pattern: '[z-a]', readers: members}]", "line 1, column 23", "range that cannot be read"),
        ],
    )
    def test_is_told_with_file_line_column_and_reason(self, text, where, reason):
        with pytest.raises(ManifestError) as caught:
            manifest(text)
        assert caught.value.permanent
        assert str(caught.value).startswith(f"manifest.yaml, {where}")
        assert reason in str(caught.value)

    def test_all_mistakes_come_together_and_not_endlessly(self):
        with pytest.raises(ManifestError) as caught:
            manifest("documents: [" + "{pattern: a, readers: nobody}, " * 50 + "]")
        assert len(caught.value.mistakes) == 50
        assert str(caught.value).count("\n") == 20
        assert str(caught.value).endswith("... and 30 more.")
