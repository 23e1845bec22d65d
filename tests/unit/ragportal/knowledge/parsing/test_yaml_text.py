import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ragportal.knowledge.parsing.document import ParsingFailed
from ragportal.knowledge.parsing.formats import PARSERS, find_type
from ragportal.knowledge.parsing.yaml_text import parse_yaml

EXPORT = """# Settings of the export.
# Owner: platform team
job: export   # runs at night
schedule:
  # Not before the close.
  cron: "0 3 # * *"
  version: 1.10
  enabled: no
  "note #1": |  # for the night shift
    # no comment
    Call "Ada".
defaults: &defaults {retries: 5, wait: 2s}
steps:
  - name: fetch
    <<: *defaults
    wait: 9s
  - name: store
    <<: *defaults
"""


def read(text: str) -> list[str]:
    parsed = parse_yaml(text.encode(), "")
    return [parsed.text[block.start : block.end] for block in parsed.blocks]


def multiplied(first: str, reference: str) -> str:
    """Ten levels, each of which names the one before ten times."""
    levels = (f"a{n}: &a{n} {reference % ', '.join([f'*a{n - 1}'] * 10)}" for n in range(1, 11))
    return "\n".join((f"a0: &a0 {first}", *levels))


@pytest.mark.parametrize("name", ["limits.yaml", "limits.yml"])
def test_its_name_tells_what_it_is(name):
    assert PARSERS[find_type("", name, b"a: b")] is parse_yaml
    assert PARSERS[find_type("text/x-yaml", "limits", b"a: b")] is parse_yaml


def test_values_stay_as_written_and_comments_are_read_with_what_they_are_about():
    assert read(EXPORT) == [
        "Settings of the export. Owner: platform team",
        "job: export (runs at night)",
        "schedule",
        "cron: 0 3 # * * (Not before the close.)",
        "version: 1.10",
        "enabled: no",
        "note #1",
        "for the night shift",
        '# no comment\nCall "Ada".',
        "defaults",
        "retries: 5",
        "wait: 2s",
        "steps",
        "name | wait | retries",
        "fetch | 9s | 5",
        "store | 2s | 5",
    ]


def test_several_documents_are_named():
    assert read("kind: Job\nmetadata: {name: night}\n---\na: b\n---\nname: day\n") == [
        "night", "kind: Job", "metadata", "name: night", "Document 2", "a: b", "day", "name: day",
    ]  # fmt: skip


@pytest.mark.parametrize("text", ["a: b: c", "key: [1, 2", "{{ if }}\na: b", "a:\n\t- b"])
def test_what_is_not_yaml_is_read_as_text(text):
    assert "".join("".join(read(text)).split()) == "".join(text.replace("- b", "b").split())


def test_nothing_is_constructed():
    assert read("a: !!python/object/apply:os.system [exit]\nb: !Ref Queue") == ["a: exit", "b: Queue"]


@pytest.mark.parametrize(
    ("text", "message"),
    [
        (multiplied("x", "[%s]"), "more than 200,000 values"),
        (multiplied("{k: v}", "{<<: [%s]}"), "more than 200,000 values"),
        ("a: &a [*a]", "refers to nothing, or to itself"),
        ("a: *b", "refers to nothing"),
        ("a: &b c\n---\nd: *b", "refers to nothing"),
        ("--- a\n" * 250_000, "more than 200,000 values"),
        ("[" * 100_000, "levels deep"),
        ("- " * 100_000, "levels deep"),
        ("? " * 100_000, "levels deep"),
        ("- 1\n" * 250_000, "more than 200,000 values"),
    ],
)
def test_what_is_no_document_is_refused_at_once(text, message):
    started = time.process_time()
    with pytest.raises(ParsingFailed, match=message):
        read(text)
    assert time.process_time() - started < 10


@settings(deadline=None)  # the machine may be busy
@given(text=st.text(alphabet="ab:-#[]{}&*<|>'\"\n \t?!,", max_size=60))
def test_any_text_is_read_or_refused(text):
    try:
        parse_yaml(text.encode(), "")
    except ParsingFailed:
        return
