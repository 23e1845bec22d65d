"""What every connector promises, as tests: inherit `ConnectorContract` and give it a source to play with.

The fixture `source` yields a real source (a folder, a fake server of the vendor) behind `PlayableSource`.
"""

from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import Protocol

import pytest

from connectors.base import (
    Change,
    Checkpoint,
    Connector,
    DocumentAccess,
    Failed,
    Field,
    SourceDocument,
    SourceError,
    SourcePrincipal,
    SyncCursor,
)

BEGINNING = SyncCursor("")


class PlayableSource(Protocol):
    """A source whose content a test may change. Readers are e-mails or `group:NAME`."""

    def connector(self) -> Connector:
        """A new connector, as after a restart."""
        ...

    def put(self, name: str, content: bytes, readers: Sequence[str]) -> str:
        """Create or overwrite a document; its id."""
        ...

    def give(self, document_id: str, readers: Sequence[str]) -> None:
        """Change who may read it, and nothing else."""
        ...

    def remove(self, document_id: str) -> None: ...

    def put_group(self, name: str, members: Sequence[str]) -> None: ...

    def break_listing(self) -> None:
        """From now on the source cannot be listed at all."""
        ...

    def break_permissions(self) -> None:
        """From now on documents can be listed and read, their permissions cannot."""
        ...


class ConnectorContract:
    """Inherit in `test_<source>_connector.py` and define the fixture `source`."""

    def test_a_full_listing_names_every_document_once_and_ends_complete(self, source: PlayableSource) -> None:
        ids = {source.put(name, b"text", ["anna@demo.example"]) for name in ("one.md", "two.md", "three.md")}
        changes = list(source.connector().changes(BEGINNING))
        listed = [change.id for change in changes if isinstance(change, SourceDocument)]
        assert sorted(listed) == sorted(ids)
        assert isinstance(changes[-1], Checkpoint)
        assert changes[-1].complete_listing

    def test_a_failed_listing_raises_and_never_says_complete(self, source: PlayableSource) -> None:
        source.put("one.md", b"text", ["anna@demo.example"])
        cursor = _last_checkpoint(source).cursor
        source.break_listing()
        for start in (BEGINNING, cursor):
            seen: list[Change] = []
            with pytest.raises(SourceError) as caught:
                for change in source.connector().changes(start):
                    seen.append(change)
            assert isinstance(caught.value.permanent, bool)
            assert not [change for change in seen if isinstance(change, Checkpoint) and change.complete_listing]

    def test_a_failed_source_never_says_that_a_document_is_gone(self, source: PlayableSource) -> None:
        document_id = source.put("one.md", b"text", ["anna@demo.example"])
        source.break_listing()
        with pytest.raises(SourceError):
            source.connector().access(document_id)
        with pytest.raises(SourceError):
            list(source.connector().groups())

    def test_unreadable_permissions_let_nobody_in(self, source: PlayableSource) -> None:
        document_id = source.put("one.md", b"text", ["anna@demo.example"])
        source.break_permissions()
        with pytest.raises(SourceError):
            source.connector().access(document_id)
        try:
            documents = [one for one in source.connector().changes(BEGINNING) if isinstance(one, SourceDocument)]
        except SourceError:
            documents = []
        assert not [one for one in documents if _principals(one.access)]

    def test_ids_and_fingerprints_stay_when_nothing_changed(self, source: PlayableSource) -> None:
        source.put("one.md", b"text", ["anna@demo.example"])
        source.put("two.md", b"text", ["anna@demo.example"])
        first, second = _documents(source), _documents(source)
        assert {one.id: one.fingerprint for one in first} == {one.id: one.fingerprint for one in second}

    def test_the_fingerprint_changes_with_the_content_and_the_id_does_not(self, source: PlayableSource) -> None:
        document_id = source.put("one.md", b"old text", ["anna@demo.example"])
        before = _document(source, document_id)
        assert source.put("one.md", b"new text", ["anna@demo.example"]) == document_id
        after = _document(source, document_id)
        assert after.fingerprint != before.fingerprint
        assert after.read() == b"new text"

    def test_a_removed_document_is_not_there_any_more(self, source: PlayableSource) -> None:
        document_id = source.put("one.md", b"text", ["anna@demo.example"])
        source.put("two.md", b"text", ["anna@demo.example"])
        source.remove(document_id)
        assert document_id not in {one.id for one in _documents(source)}
        assert source.connector().access(document_id) is None

    def test_a_listing_resumed_from_its_end_loses_nothing(self, source: PlayableSource) -> None:
        source.put("one.md", b"text", ["anna@demo.example"])
        cursor = _last_checkpoint(source).cursor
        new = source.put("two.md", b"text", ["anna@demo.example"])
        resumed = list(source.connector().changes(cursor))
        assert new in {change.id for change in resumed if isinstance(change, SourceDocument)}
        assert isinstance(resumed[-1], Checkpoint)

    @pytest.mark.parametrize("document_id", ["no-such-document", "", "\0", "../one.md", "one.md/", "x" * 5000])
    def test_access_of_an_unknown_document_is_none(self, source: PlayableSource, document_id: str) -> None:
        source.put("one.md", b"text", ["anna@demo.example"])
        assert source.connector().access(document_id) is None

    def test_listing_and_access_say_the_same(self, source: PlayableSource) -> None:
        source.put_group("board", ["berta@demo.example"])
        document_id = source.put("one.md", b"text", ["anna@demo.example", "group:board"])
        listed = _document(source, document_id).access
        assert source.connector().access(document_id) == listed
        assert {(one.kind, one.email) for one in _principals(listed)} == {("user", "anna@demo.example"), ("group", "")}

    def test_access_is_read_anew_by_a_running_connector(self, source: PlayableSource) -> None:
        document_id = source.put("one.md", b"text", ["anna@demo.example"])
        connector = source.connector()
        assert _emails(connector.access(document_id)) == {"anna@demo.example"}
        source.give(document_id, ["berta@demo.example"])
        assert _emails(connector.access(document_id)) == {"berta@demo.example"}

    def test_a_change_of_readers_is_no_change_of_content(self, source: PlayableSource) -> None:
        document_id = source.put("one.md", b"text", ["anna@demo.example"])
        before = _document(source, document_id)
        source.give(document_id, ["berta@demo.example"])
        after = _document(source, document_id)
        assert after.fingerprint == before.fingerprint
        assert _emails(after.access) == {"berta@demo.example"}

    def test_no_readers_is_nobody(self, source: PlayableSource) -> None:
        document_id = source.put("one.md", b"text", [])
        access = source.connector().access(document_id)
        assert access is not None
        assert not access.reader_sets or not all(readers.principals for readers in access.reader_sets)
        assert document_id not in {one.id for one in _documents(source) if _principals(one.access)}

    def test_e_mails_are_lower_case(self, source: PlayableSource) -> None:
        document_id = source.put("one.md", b"text", ["Anna.Berg@Demo.Example"])
        assert _emails(source.connector().access(document_id)) == {"anna.berg@demo.example"}

    def test_groups_come_with_their_direct_members_nested_and_in_circles(self, source: PlayableSource) -> None:
        source.put_group("inner", ["anna@demo.example"])
        source.put_group("outer", ["berta@demo.example", "group:inner"])
        source.put_group("inner", ["anna@demo.example", "group:outer"])
        groups = {group.principal.name: group.members for group in source.connector().groups()}
        assert {one.email or one.name for one in groups["outer"]} == {"berta@demo.example", "inner"}
        assert {one.email or one.name for one in groups["inner"]} == {"anna@demo.example", "outer"}

    def test_every_group_that_may_read_is_listed(self, source: PlayableSource) -> None:
        source.put_group("board", [])
        source.put("one.md", b"text", ["group:board"])
        listed = {group.principal for group in source.connector().groups()}
        assert {one for document in _documents(source) for one in _principals(document.access)} <= listed

    def test_reading_what_vanished_is_an_error_and_no_empty_text(self, source: PlayableSource) -> None:
        document_id = source.put("one.md", b"text", ["anna@demo.example"])
        document = _document(source, document_id)
        source.remove(document_id)
        with pytest.raises(SourceError):
            document.read()

    def test_documents_say_what_the_product_needs(self, source: PlayableSource) -> None:
        document = _document(source, source.put("one.md", b"text", ["anna@demo.example"]))
        assert document.title
        assert "/" in document.media_type
        assert document.url.split(":")[0] in ("https", "http", "file")
        assert document.modified_at.utcoffset() is not None
        assert document == replace(document, read=lambda: b"")

    def test_a_good_source_has_nothing_to_complain_about(self, source: PlayableSource) -> None:
        source.put("one.md", b"text", ["anna@demo.example"])
        assert source.connector().check() == []

    def test_check_reports_a_broken_source_instead_of_raising(self, source: PlayableSource) -> None:
        source.put("one.md", b"text", ["anna@demo.example"])
        source.break_listing()
        assert source.connector().check()

    def test_the_class_describes_its_form(self, source: PlayableSource) -> None:
        fields: tuple[Field, ...] = type(source.connector()).fields
        names = [field.name for field in fields]
        assert len(set(names)) == len(names)
        assert all(field.label and field.help for field in fields)
        assert not [field for field in fields if field.required and field.default]


def assert_refused(build: Callable[[], Connector], *, mentions: str) -> None:
    """Bad form values are a permanent SourceError that names what is wrong."""
    with pytest.raises(SourceError) as caught:
        build()
    assert caught.value.permanent
    assert mentions in str(caught.value)


def failures(connector: Connector) -> dict[str, Failed]:
    """What a full listing leaves out, by id."""
    return {change.id: change for change in connector.changes(BEGINNING) if isinstance(change, Failed)}


def _documents(source: PlayableSource) -> list[SourceDocument]:
    return [change for change in source.connector().changes(BEGINNING) if isinstance(change, SourceDocument)]


def _document(source: PlayableSource, document_id: str) -> SourceDocument:
    return next(document for document in _documents(source) if document.id == document_id)


def _last_checkpoint(source: PlayableSource) -> Checkpoint:
    last = list(source.connector().changes(BEGINNING))[-1]
    assert isinstance(last, Checkpoint)
    return last


def _principals(access: DocumentAccess | None) -> set[SourcePrincipal]:
    return {principal for readers in (access.reader_sets if access else ()) for principal in readers.principals}


def _emails(access: DocumentAccess | None) -> set[str]:
    return {principal.email for principal in _principals(access)}
