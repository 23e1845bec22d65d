"""Sources and how they are doing."""

import pytest

from ragportal.common.errors import NotFound
from ragportal.common.tenancy import use_tenant
from ragportal.knowledge.models import Source
from ragportal.knowledge.selectors import failures_of, find_source, last_run, sources_with_counts
from ragportal.knowledge.sync.sync_source import sync_source
from tests.factories.memory_source import readers
from tests.factories.people import make_tenant


def test_a_source_is_counted_with_its_failures(source, memory):
    memory.put("travel", "Hotels.", readers("ada@harbour.example"))
    memory.put("pay", "Cards.", readers("ada@harbour.example"))
    memory.put("empty", " ", readers("ada@harbour.example"))
    assert last_run(source=source) is None
    run = sync_source(source=source)
    found = sources_with_counts().get()
    assert (found.documents_shown, found.documents_failed) == (2, 1)
    assert [failure.external_id for failure in failures_of(source=source)] == ["empty"]
    assert last_run(source=source) == run


def test_an_unknown_source_names_the_known_ones(source):
    with pytest.raises(NotFound, match="'Wiki'.*'Handbook'"):
        find_source(name="Wiki")


def test_the_sources_of_another_tenant_are_not_there(source):
    with use_tenant(make_tenant("other").pk):
        assert not sources_with_counts().exists()
        with pytest.raises(NotFound):
            find_source(name=source.name)
        Source.objects.create(name=source.name, kind="memory", config={})
    assert find_source(name=source.name) == source
