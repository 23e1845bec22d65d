"""Retrieval data sets in BEIR layout: corpus.jsonl, queries.jsonl, qrels/<split>.tsv."""

import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeVar

from ragportal.common.errors import InvalidInput

Row = TypeVar("Row")


@dataclass(frozen=True, slots=True)
class BeirDocument:
    """One document of the corpus; either title or text may be empty."""

    id: str
    title: str
    text: str


@dataclass(frozen=True, slots=True)
class BeirSet:
    """A corpus and the judged queries of one split.

    `queries`: text by id, only those with a judgement above 0. `judgements`: by query id, grade by document id.
    """

    documents: tuple[BeirDocument, ...]
    queries: dict[str, str]
    judgements: dict[str, dict[str, int]]


def load_beir(folder: Path, *, split: str = "test") -> BeirSet:
    """Read a data set. Raises InvalidInput naming file and line for whatever is missing or malformed."""
    documents = tuple(_json_lines(folder / "corpus.jsonl", _document))
    texts = dict(_json_lines(folder / "queries.jsonl", _query))
    judgements = _judgements(folder, split)
    unknown = next((query for query in judgements if query not in texts), None)
    if unknown is not None:
        raise InvalidInput(f"qrels/{split}.tsv judges query {unknown!r}, which queries.jsonl does not have.")
    queries = {query: texts[query] for query in judgements}
    if not documents or not queries:
        raise InvalidInput(f"{folder} has {len(documents)} documents and {len(queries)} judged queries: too few.")
    return BeirSet(documents, queries, judgements)


def _judgements(folder: Path, split: str) -> dict[str, dict[str, int]]:
    """Grades above 0 by query and document; a first line with column names is skipped."""
    path = folder / "qrels" / f"{split}.tsv"
    judgements: dict[str, dict[str, int]] = {}
    for number, line in _lines(path):
        fields = line.split("\t")
        if number == 1 and not _is_grade(fields[-1]):
            continue
        if len(fields) != 3 or not _is_grade(fields[2]):
            raise InvalidInput(f"{path}, line {number}: expected query, document and grade, with tabs between.")
        if int(fields[2]) > 0:
            judgements.setdefault(fields[0], {})[fields[1]] = int(fields[2])
    return judgements


def _is_grade(text: str) -> bool:
    return text.strip().removeprefix("-").isdecimal()


def _document(row: dict[str, Any]) -> BeirDocument:
    return BeirDocument(id=str(row["_id"]), title=str(row.get("title") or ""), text=str(row.get("text") or ""))


def _query(row: dict[str, Any]) -> tuple[str, str]:
    return str(row["_id"]), str(row["text"])


def _json_lines(path: Path, build: Callable[[dict[str, Any]], Row]) -> Iterator[Row]:
    for number, line in _lines(path):
        try:
            row = json.loads(line)
            yield build(row)
        except (ValueError, TypeError, AttributeError) as error:
            raise InvalidInput(f"{path}, line {number}: not a JSON object.") from error
        except KeyError as error:
            raise InvalidInput(f"{path}, line {number}: has no {error}.") from error


def _lines(path: Path) -> Iterator[tuple[int, str]]:
    try:
        with path.open(encoding="utf-8") as stream:
            yield from ((number, line.rstrip("\r\n")) for number, line in enumerate(stream, start=1) if line.strip())
    except (OSError, UnicodeDecodeError) as error:
        reason = error.strerror if isinstance(error, OSError) else "it is not UTF-8 text"
        raise InvalidInput(
            f"{path} cannot be read: {reason}.",
            todo="A BEIR folder has corpus.jsonl, queries.jsonl and qrels/<split>.tsv; --split names another.",
        ) from error
