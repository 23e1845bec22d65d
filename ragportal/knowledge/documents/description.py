"""What a listing says of a document, what its published text says of itself, and whether the two are news."""

import hashlib
from dataclasses import dataclass
from datetime import UTC, date, datetime, time
from typing import TYPE_CHECKING, Any, NamedTuple

from django.db.models import F

from connectors.base import SourceDocument
from ragportal.knowledge.models import Document

if TYPE_CHECKING:
    from django.db.models import QuerySet

LISTED_FIELDS = (
    "listed_title", "url", "author", "media_type", "status",
    "fingerprint", "modified_at", "seen_in_listing", "removed_at",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class KnownText:
    """What is published of a document: enough to see that it did not change.

    `pinned`: the hash of the source's content that a rollback took out of sight; "" = none.
    """

    content_hash: str
    recipe: str
    media_type: str
    listed_title: str
    title: str
    stated: "Stated"
    pinned: str = ""


class Stated(NamedTuple):
    """What a text says of itself; "" and None = nothing."""

    status: str
    date: date | None


def with_published(documents: "QuerySet[Document]") -> "QuerySet[Any]":
    """The documents with what `known_text` needs of their current version, without its text."""
    fields = ("content_hash", "recipe", "stated_status", "stated_date")
    return documents.annotate(**{f"published_{field}": F(f"current_version__{field}") for field in fields})


def known_text(document: Any) -> KnownText | None:
    """What is published of a row of `with_published`; None = nothing."""
    if document.current_version_id is None:
        return None
    return KnownText(
        content_hash=document.published_content_hash,
        recipe=document.published_recipe,
        media_type=document.media_type,
        listed_title=document.listed_title,
        title=document.title,
        stated=Stated(document.published_stated_status, document.published_stated_date),
        pinned=document.pinned_content,
    )


def needs_no_reading(known: KnownText, document: Document, change: SourceDocument, recipe: str) -> bool:
    """Whether the listing alone shows that the published text is the source's."""
    same = document.fingerprint == fingerprint_of(change)
    return same and is_same(known, change, known.content_hash, recipe)


def is_same(known: KnownText, change: SourceDocument, content_hash: str, recipe: str) -> bool:
    """Whether this content would give the very text, title and chunks that are published."""
    return is_same_text(known, change, content_hash, recipe) and known.listed_title == change.title[:500]


def is_same_text(known: KnownText, change: SourceDocument, content_hash: str, recipe: str) -> bool:
    """The same but for the title, which the text may set itself."""
    return (known.content_hash, known.recipe, known.media_type) == (content_hash, recipe, change.media_type[:100])


def fingerprint_of(change: SourceDocument) -> str:
    """The fingerprint as the row keeps it: a long one by its hash."""
    long = len(change.fingerprint) > 200
    return hashlib.sha256(change.fingerprint.encode()).hexdigest() if long else change.fingerprint


def describe(document: Document, change: SourceDocument, listing: int, stated: Stated) -> bool:
    """Take over LISTED_FIELDS, which lifts a tombstone; True if one of them was news.

    A status other than current counts before what the text states; a date in the text before the file's time.
    An address too long for the row is left out: a cut one would open another page.
    """
    said = {
        "listed_title": change.title[:500],
        "url": change.url if len(change.url) <= 2000 else "",
        "author": change.author[:200],
        "media_type": change.media_type[:100],
        "status": change.status if change.status != "current" else stated.status or "current",
        "fingerprint": fingerprint_of(change),
        "modified_at": datetime.combine(stated.date, time(), UTC) if stated.date else change.modified_at,
        "removed_at": None,
    }
    news = any(getattr(document, name) != value for name, value in said.items())
    for name, value in said.items():
        setattr(document, name, value)
    document.seen_in_listing = listing
    return news
