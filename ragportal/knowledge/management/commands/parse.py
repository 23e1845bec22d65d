"""`manage.py parse FILE…`: what the product reads in a file, or why it reads nothing."""

import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandParser

from ragportal.common.errors import InvalidInput
from ragportal.knowledge.parsing.document import Block, ParsedDocument, ParsingFailed
from ragportal.knowledge.parsing.formats import find_type
from ragportal.knowledge.parsing.parse import parse

_SHOWN = 100


class Command(BaseCommand):
    help = "Show what is read in files, or the reason why nothing is. Nothing is stored."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument(
            "files", nargs="+", type=Path, metavar="FILE", help="a file, or a folder with all its files"
        )
        parser.add_argument("--blocks", action="store_true", help="each block with its kind, place and beginning")
        parser.add_argument("--text", action="store_true", help="each block with its whole text")
        parser.add_argument("--media-type", default="", help="what the source would state")

    def handle(self, *args: Any, **options: Any) -> None:
        for file in _files(options["files"]):
            try:
                body = file.read_bytes()
            except OSError as error:
                raise InvalidInput(f"{file} cannot be read: {error.strerror}.") from error
            for line in _lines(file, body, options):
                self.stdout.write(line)


def _files(named: list[Path]) -> Iterator[Path]:
    for path in named:
        yield from sorted(found for found in path.rglob("*") if found.is_file()) if path.is_dir() else (path,)


def _lines(file: Path, body: bytes, options: dict[str, Any]) -> Iterator[str]:
    started = time.monotonic()
    try:
        parsed = parse(body, options["media_type"], file.name)
    except ParsingFailed as error:
        yield f"{file.name}: not read. {error}"
        return
    seconds = time.monotonic() - started
    found = find_type(options["media_type"], file.name, body)
    yield f"{file.name}: {found}, {seconds:.1f} s, {parsed.language or 'language unsure'}, {_counts(parsed)}"
    yield f"  title: {parsed.title or '-'}"
    yield from (f"  note: {note}" for note in parsed.notes)
    if options["blocks"] or options["text"]:
        yield from (_block_line(parsed, block, whole=options["text"]) for block in parsed.blocks)


def _counts(parsed: ParsedDocument) -> str:
    kinds = [block.kind for block in parsed.blocks]
    parts = [f"{kinds.count(kind)} {kind.replace('_', ' ')}" for kind in dict.fromkeys(kinds)]
    return f"{len(parsed.text):,} characters, {', '.join(parts)}"


def _block_line(parsed: ParsedDocument, block: Block, *, whole: bool) -> str:
    text = parsed.text[block.start : block.end].replace("\n", "\n      " if whole else " ¶ ")
    shown = text if whole or len(text) <= _SHOWN else f"{text[:_SHOWN]}…"
    details = " ".join(filter(None, (str(block.level or ""), str(block.place or ""), block.marker)))
    return f"  {block.kind}{f' ({details})' if details else ''}: {shown}"
