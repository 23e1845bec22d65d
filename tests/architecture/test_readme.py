"""What README and docs tell people to type exists."""

import re
from collections.abc import Iterator

import pytest
from django.core.management import get_commands

from tests.architecture.tree import ROOT, project_files

CODE = re.compile(r"```.*?```|`[^`\n]+`", re.DOTALL)
MAKE = re.compile(r"(?:^|[\s`;&])make ([a-z][a-z-]*)")
MANAGE = re.compile(r"manage\.py ([a-z_]+)")
TARGET = re.compile(r"^([a-z-]+):.*##", re.MULTILINE)


def targets() -> set[str]:
    return set(TARGET.findall((ROOT / "Makefile").read_text()))


def missing(text: str) -> Iterator[str]:
    """Commands in the code parts of a page that do not exist."""
    for code in CODE.findall(text):
        yield from (f"make {name}" for name in MAKE.findall(code) if name not in targets())
        yield from (f"manage.py {name}" for name in MANAGE.findall(code) if name not in get_commands())


def test_readme_begins_with_the_two_commands():
    text = (ROOT / "README.md").read_text()
    assert {"make run", "make test"} <= {f"make {name}" for code in CODE.findall(text) for name in MAKE.findall(code)}


def test_every_named_command_exists():
    pages = [path for path in project_files() if path.endswith(".md") and not path.startswith(("examples/", "tests/"))]
    assert not [f"{page}: {name}" for page in pages for name in missing((ROOT / page).read_text())]


def test_links_between_pages_lead_somewhere():
    pages = [path for path in project_files() if path.endswith(".md") and not path.startswith("examples/")]
    links = [
        (page, link.split("#")[0])
        for page in pages
        for link in re.findall(r"\]\((?!https?:|mailto:|#)([^)\s]+)\)", (ROOT / page).read_text())
    ]
    assert not [f"{page}: {link}" for page, link in links if not (ROOT / page).parent.joinpath(link).exists()]


def test_every_target_is_explained():
    phony = re.search(r"^\.PHONY: (.*)$", (ROOT / "Makefile").read_text(), re.MULTILINE)
    assert phony
    assert set(phony[1].split()) == targets()


@pytest.mark.parametrize(
    "text", ["`make coffee`", "```\ncd x && make coffee\n```", "`.venv/bin/python manage.py brew`"]
)
def test_a_planted_command_is_seen(text):
    assert list(missing(text))


def test_plain_words_are_no_commands():
    assert not list(missing("We make the chunks. Type `make test` or `manage.py migrate`."))
