"""The texts that quotes are compared with."""

from dataclasses import replace

from ragportal.access.asker import Situation
from ragportal.access.models import Channel
from ragportal.access.scope import scope_for
from ragportal.answering.selectors import version_texts
from ragportal.search.services import retrieve


def test_texts_of_the_versions_and_nothing_for_one_that_is_gone(shelf):
    document = shelf.add("travel", "# Travel\n\nHotels cost 180 EUR.")
    shelf.add("lunch", "Lunch is at noon.")
    (passage,) = retrieve("hotels", scope_for(shelf.ada, Situation(Channel.WEB)), limit=1).passages

    texts = version_texts(passages=[passage, replace(passage, version_id=0)])

    assert texts == {document.current_version_id: "Travel\n\nHotels cost 180 EUR."}


def test_no_passages(tenant):
    assert version_texts(passages=[]) == {}
