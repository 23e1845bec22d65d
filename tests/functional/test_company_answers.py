"""What the demo company's people ask, through the whole product with the real model: found, and honest where not."""

from collections import Counter

import pytest

from ragportal.access.asker import Situation
from ragportal.access.models import Channel
from ragportal.answering.results import Confidence
from ragportal.answering.services import answer_question
from ragportal.common.engines import the_embedder
from tests.bench.answer_measures import holds
from tests.bench.company_questions import HALVES, demo_company, questions_of
from tests.factories.embedder import MODELS_DIR, real_embedder

WEB = Situation(Channel.WEB)


@pytest.fixture
def company(settings):
    real_embedder()  # fetches the model where it is missing
    settings.MODELS_DIR = MODELS_DIR
    with demo_company(EMBEDDER="integrations.embeddings.onnx.open_embedder"):
        assert the_embedder().model_id.startswith("bge")
        yield


def is_at(location: str, place: str) -> bool:
    """Whether a citation's location ends with this place."""
    return not place or f", {location}".endswith(f", {place}")


@pytest.mark.django_db(databases=["default", "ledger"])
def test_what_people_ask_is_answered_and_what_nobody_may_tell_is_not_claimed(company):
    found: Counter[str] = Counter()
    asked: Counter[str] = Counter()
    claimed = 0
    misplaced: list[str] = []
    for half in HALVES:
        for one in questions_of(half):
            answer = answer_question(asker=one.asker, question=one.question, situation=WEB)
            if one.expected:
                asked[half] += 1
                is_found = all(holds(answer.text, text) for text in one.expected)
                found[half] += is_found
                if is_found and not any(is_at(citation.location, one.place) for citation in answer.citations):
                    misplaced.append(one.question)
            else:
                asked["without an answer"] += 1
                claimed += answer.confidence is Confidence.WELL_SUPPORTED

    assert {half: found[half] / asked[half] >= 0.85 for half in HALVES} == dict.fromkeys(HALVES, True), found
    assert sum(found.values()) / (asked["development"] + asked["held_out"]) >= 0.9, found
    assert misplaced == []
    assert claimed <= 2, f"{claimed} of {asked['without an answer']} are called well supported"
