"""What is under version control reads the same everywhere: no place of one machine, no secret, no stray bytes."""

import re
from collections.abc import Iterator

import pytest

from tests.architecture.tree import ROOT, project_files

LARGEST_FILE = 1_000_000
BINARY = (".png", ".webp", ".ico", ".woff2", ".pdf", ".docx", ".pptx", ".xlsx")

FORBIDDEN = {
    "a path of one machine": re.compile(r"/(?:root|work|Users/\w+|home/(?!you\b)\w+)/|\b[A-Z]:\\Users\\"),
    "an unresolved merge": re.compile(r"^(?:<{7}|>{7}) ", re.MULTILINE),
    "a private key": re.compile(r"-{5}BEGIN [A-Z ]*PRIVATE KEY-{5}"),
    "a token": re.compile(r"\b(?:ghp_\w{30}|xox[abp]-\d{6}|AKIA[A-Z0-9]{16}|sk-[A-Za-z0-9]{32})"),
    "an address of a package index": re.compile(
        r"(?:--(?:extra-)?index-ur[l]|--find-link[s]|https?://[^\s\"']*/simple\b)"
    ),
    "white space at the end of a line": re.compile(r"[ \t]+$", re.MULTILINE),
    "a carriage return": re.compile(r"\r"),
}


def faults_of(path: str, content: bytes) -> Iterator[str]:
    """What is wrong with one file."""
    if len(content) > LARGEST_FILE:
        yield f"{path}: {len(content)} bytes; large data does not belong here"
    if path.endswith(BINARY):
        return
    text = content.decode("utf-8", errors="replace")
    if "\ufffd" in text:
        yield f"{path}: not UTF-8"
    if text and not text.endswith("\n"):
        yield f"{path}: no line break at the end"
    for what, pattern in FORBIDDEN.items():
        found = pattern.search(text)
        if found and not (path.startswith("examples/") and what.startswith("white space")):
            yield f"{path}:{text.count(chr(10), 0, found.start()) + 1}: {what}"


def test_the_project_is_clean():
    assert not [fault for path in project_files() for fault in faults_of(path, (ROOT / path).read_bytes())]


def test_nothing_is_a_link():
    assert not [path for path in project_files() if (ROOT / path).is_symlink()]


@pytest.mark.parametrize(
    "content",
    [
        b"cd /ro" + b"ot/project\n",
        b"open('/ho" + b"me/ann/x')\n",
        b"a\n<<<<" + b"<<< HEAD\n",
        b"-----BEG" + b"IN RSA PRIVATE KEY-----\n",
        b"token = 'ghp" + b"_0123456789abcdefghijklmnopqrstuvwxyz'\n",
        b"--index" + b"-url https://example.org/x\n",
        b"https://example.org/sim" + b"ple/\n",
        b"a = 1 \n",
        b"a = 1\r\n",
        b"a = 1",
        b"\xff\n",
        b"a" * LARGEST_FILE + b"\n",
    ],
)
def test_a_planted_fault_is_seen(content):
    assert list(faults_of("docs/install.md", content))


def test_good_text_passes():
    assert not list(faults_of("docs/install.md", b"Type `make run DOCS=/home/you/handbook`.\n"))
