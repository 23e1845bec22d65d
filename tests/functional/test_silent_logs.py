"""Nothing that people write or ask reaches a log, however loud it is set."""

import logging

import pytest

from ragportal.access.selectors import asker_of
from ragportal.answering.services import answer_question
from ragportal.knowledge.models import Source
from ragportal.knowledge.sync.sync_source import sync_source
from ragportal.tenants.models import Tenant
from tests.factories.access import ADA, WEB
from tests.factories.memory_source import SOURCES, MemorySource, readers
from tests.factories.people import make_member

SENTENCE = "The lighthouse keeper's pay is confidential."
BROKEN = "\0 unreadable lighthouse"
QUESTION = "What is the lighthouse keeper's pay?"


@pytest.fixture
def asker(tenant: Tenant, settings):
    settings.CONNECTORS = {"memory": "tests.factories.memory_source.MemoryConnector"}
    asker = asker_of(make_member(ADA))
    shelf = SOURCES["silence"] = MemorySource()
    shelf.put("pay", SENTENCE, readers(ADA))
    shelf.put("broken", BROKEN, readers(ADA))
    return asker


def test_a_sync_and_a_question_log_no_text_question_or_address(asker, caplog):
    caplog.set_level(logging.DEBUG)
    sync_source(source=Source.objects.create(name="wiki", kind="memory", config={"name": "silence"}))
    assert SENTENCE in answer_question(asker=asker, question=QUESTION, situation=WEB).text
    logged = caplog.text + "".join(str(record.__dict__) for record in caplog.records)
    for word in ("lighthouse", "keeper", ADA):
        assert word not in logged
