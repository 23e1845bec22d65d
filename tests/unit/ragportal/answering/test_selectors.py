"""The versions that quotes are compared with, and what they are cut into."""

from dataclasses import replace

from ragportal.access.asker import Situation
from ragportal.access.models import Channel
from ragportal.access.scope import scope_for
from ragportal.answering.selectors import whole_versions
from ragportal.search.services import retrieve


def test_the_versions_and_nothing_for_one_that_is_gone(shelf):
    document = shelf.add("travel", "# Travel\n\nHotels cost 180 EUR.")
    shelf.add("lunch", "Lunch is at noon.")
    (passage,) = retrieve("hotels", scope_for(shelf.ada, Situation(Channel.WEB)), limit=1).passages

    versions = whole_versions(passages=[passage, replace(passage, version_id=0)])

    assert list(versions) == [document.current_version_id]
    whole = versions[document.current_version_id]
    assert whole.text == "Travel\n\nHotels cost 180 EUR."
    assert [block.kind for block in whole.blocks] == ["heading", "paragraph"]
    assert whole.chunks == ((0, len(whole.text), passage.chunk_ids[0]),)


def test_no_passages(tenant):
    assert whole_versions(passages=[]) == {}
