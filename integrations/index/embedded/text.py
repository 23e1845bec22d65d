"""The BM25 half: a tantivy index of terms, each text document naming the version and chunk it stands for.

Terms are made by `integrations.index.analysis`, for documents and questions alike; tantivy's own query
syntax is never used, so that no character of a question has a meaning.
"""

import re
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from tantivy import (
    Document,
    FieldType,
    Index,
    IndexWriter,
    Occur,
    Query,
    Schema,
    SchemaBuilder,
    Searcher,
)

from integrations.index.analysis import stem_terms, stem_tokens, word_terms, word_tokens
from integrations.index.base import IndexDamaged, IndexedChunk

TEXT_FOLDER = "text"
STEMS, WORDS, PUT, PLACE = "stems", "words", "put", "place"
PLACES_PER_VERSION = 1 << 20
"""A chunk's place is `put * PLACES_PER_VERSION + position in its version`."""

TITLE_REPEATS = 2  # chosen on scifact's train queries: nDCG@10 .7023 with the title once, .7073 twice
WORDS_WEIGHT = 0.3  # of plain words beside stems; same queries: .7036 at 0.3, .7006 at 0.5
MOST_TERMS = 128  # of one question in each field, the rarest; a question of 100,000 characters stays harmless
BATCH_MEMORY = 15_000_000  # bytes, the least tantivy accepts
REBUILD_MEMORY = 64_000_000  # bytes
_OS_ERROR = re.compile(r"os error (\d+)")
_NO_SUCH_FILE = 2
_IO_ERROR = 5


def schema() -> Schema:
    builder = SchemaBuilder()
    builder.add_text_field(STEMS, index_option="freq")
    builder.add_text_field(WORDS, index_option="freq")
    builder.add_unsigned_field(PUT, indexed=True)
    builder.add_unsigned_field(PLACE, fast=True)
    return builder.build()


def create_text_index(generation: Path) -> None:
    """An empty text index. Raises OSError."""
    folder = generation / TEXT_FOLDER
    folder.mkdir()
    with text_write_errors(generation):
        Index(schema(), path=str(folder))


def open_text_index(generation: Path) -> Index:
    """Raises IndexDamaged."""
    with text_read_errors(generation):
        index = Index.open(str(generation / TEXT_FOLDER))
        index.config_reader("manual")  # the default starts a thread that polls the folder
        return index


@contextmanager
def text_read_errors(generation: Path) -> Iterator[None]:
    """Turn whatever tantivy raises or panics with into IndexDamaged."""
    try:
        yield
    except BaseException as error:
        if _is_tantivy_error(error):
            raise IndexDamaged(f"The text index of {generation.name!r} cannot be read: {error}") from error
        raise


@contextmanager
def text_write_errors(generation: Path) -> Iterator[None]:
    """Turn whatever tantivy raises or panics with into OSError, or IndexDamaged where a file is missing."""
    try:
        yield
    except BaseException as error:
        if not _is_tantivy_error(error):
            raise
        found = _OS_ERROR.search(str(error))
        number = int(found[1]) if found else _IO_ERROR
        if number == _NO_SUCH_FILE:
            raise IndexDamaged(f"A file of the text index of {generation.name!r} is missing: {error}") from error
        raise OSError(number, f"The text index of {generation.name!r} cannot be written: {error}") from error


def _is_tantivy_error(error: BaseException) -> bool:
    # tantivy reports through ValueError, and a panic of its Rust code derives from BaseException alone.
    return isinstance(error, ValueError) or type(error).__name__ == "PanicException"


def text_document(put: int, position: int, chunk: IndexedChunk, language: str) -> Document:
    """The text document of one chunk: title (weighing more), heading path and text in one."""
    text = "\n".join([chunk.title] * TITLE_REPEATS + [chunk.heading, chunk.text])
    document = Document()
    document.add_pre_tokenized_text(STEMS, stem_tokens(text, language))
    document.add_pre_tokenized_text(WORDS, word_tokens(text))
    document.add_unsigned(PUT, put)
    document.add_unsigned(PLACE, put * PLACES_PER_VERSION + position)
    return document


@contextmanager
def open_writer(generation: Path, memory: int, next_put: int, dead_puts: Sequence[int]) -> Iterator[IndexWriter]:
    """A writer that has already marked for deletion what no state will need any more.

    That is `dead_puts`, and whatever was committed under `next_put` or higher: the batch that wrote it died
    before its state was written. Leaving the block ends merges, or discards what was not committed.
    Raises IndexDamaged, OSError.
    """
    with text_read_errors(generation):
        index = Index.open(str(generation / TEXT_FOLDER))
        writer = index.writer(memory, 1)
    unfinished = Query.range_query(index.schema, PLACE, FieldType.Unsigned, lower_bound=next_put * PLACES_PER_VERSION)
    with text_write_errors(generation):
        writer.delete_documents_by_query(unfinished)
        # By query: `delete_documents_by_term` takes a number for a signed one and deletes nothing (tantivy 0.27).
        writer.delete_documents_by_query(versions_query(index.schema, dead_puts))
    try:
        yield writer
    finally:
        with text_write_errors(generation):
            writer.wait_merging_threads()  # also gives up tantivy's own lock, whatever holds this object


def question_query(searcher: Searcher, text_schema: Schema, text: str, languages: Sequence[str]) -> Query | None:
    """Any term of the question, stemmed in each of `languages`, and its plain words; None if the index has none."""
    stems = dict.fromkeys(term for language in languages for term in stem_terms(text, language))
    weighted = [
        (Occur.Should, Query.boost_query(Query.term_query(text_schema, field, term, index_option="freq"), weight))
        for field, terms, weight in ((STEMS, stems, 1.0), (WORDS, dict.fromkeys(word_terms(text)), WORDS_WEIGHT))
        for term in _rarest(searcher, field, terms)
    ]
    return Query.boolean_query(weighted) if weighted else None


def _rarest(searcher: Searcher, field: str, terms: dict[str, None]) -> list[str]:
    known = [(frequency, term) for term in terms if (frequency := searcher.doc_freq(field, term))]
    if len(known) > MOST_TERMS:
        known = sorted(known)[:MOST_TERMS]
    return [term for _, term in known]


def versions_query(text_schema: Schema, puts: Sequence[int]) -> Query:
    """Chunks of these versions, adding nothing to a score."""
    return Query.const_score_query(Query.term_set_query(text_schema, PUT, puts), 0.0)


def top_places(searcher: Searcher, query: Query, limit: int) -> tuple[NDArray[np.int64], NDArray[np.float64]]:
    """Places and scores of the `limit` best text documents, best first."""
    hits = searcher.search(query, limit, count=False).hits
    places = searcher.fast_field_values(PLACE, [address for _, address in hits])
    scores = np.fromiter((score for score, _ in hits), dtype=np.float64, count=len(hits))
    return np.array(places, dtype=np.int64), scores


def all_places(searcher: Searcher) -> NDArray[np.int64]:
    """The place of every text document, in no order."""
    places, _ = top_places(searcher, Query.all_query(), max(1, searcher.num_docs))
    return places
