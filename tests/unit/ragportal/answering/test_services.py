"""Whole answers over a real database and index: cited, recorded first, and nothing for who may not read."""

import json
import logging

import pytest
from django.db import DatabaseError

from ragportal.access.asker import Situation
from ragportal.access.models import Channel
from ragportal.answering import record as recording
from ragportal.answering import services
from ragportal.answering.results import NOTHING_FOUND_TEXT, Confidence
from ragportal.answering.services import answer_question
from ragportal.audit.models import AuditPayload, AuditRecord
from ragportal.common.errors import InvalidInput, Unavailable
from ragportal.costs.models import UsageRecord
from tests.factories.access import make_rule

WEB = Situation(Channel.WEB)
QUESTION = "How much may hotels cost a night?"
PAGE = "# Travel rules\n\nTravel is booked early.\n\n## Hotels\n\nHotels may cost at most 180 EUR a night."


def ask(asker, question=QUESTION):
    return answer_question(asker=asker, question=question, situation=WEB)


@pytest.fixture
def travel(shelf):
    return shelf.add("travel", PAGE)


class TestAnswering:
    def test_says_it_and_names_where_it_stands(self, shelf, travel):
        answer = ask(shelf.ada)

        assert "Hotels may cost at most 180 EUR a night." in [sentence.text for sentence in answer.sentences]
        assert answer.confidence is not Confidence.NOTHING_FOUND
        citation = next(one for one in answer.citations if "180" in one.quote)
        text = travel.current_version.text
        assert text[citation.start : citation.end] == citation.quote
        assert (citation.document_id, citation.title, citation.location) == (travel.pk, "Travel rules", "Hotels")
        assert f"[{citation.number}]" in answer.text

    def test_times_each_step(self, shelf, travel):
        answer = ask(shelf.ada)

        assert {"guard", "scope", "search", "generate", "cite", "record", "total"} <= set(answer.milliseconds)

    def test_names_what_comes_nearest_where_it_finds_nothing(self, shelf, travel):
        answer = ask(shelf.ada, "zebra xylophone quantum")

        assert (answer.confidence, answer.sentences, answer.citations) == (Confidence.NOTHING_FOUND, (), ())
        assert [reference.title for reference in answer.nearest] == ["Travel rules"]
        assert answer.text == NOTHING_FOUND_TEXT

    @pytest.mark.parametrize("question", ["", "a\x00b", "x" * 100_000])
    def test_refuses_what_is_no_question_and_records_nothing(self, shelf, question):
        with pytest.raises(InvalidInput):
            ask(shelf.ada, question)

        assert not AuditRecord.objects.exists()

    @pytest.mark.parametrize("question", ['foo:bar ("x', "¿Cuánto cuesta el hotel?", "酒店多少钱", "AND OR NOT *"])
    def test_any_wording_gets_an_answer(self, shelf, travel, question):
        assert ask(shelf.ada, question).text


class TestRights:
    def test_who_may_read_nothing_gets_no_hint_that_it_exists(self, shelf, travel, bob):
        answer = ask(bob)

        assert (answer.confidence, answer.sentences, answer.citations, answer.nearest) == (
            Confidence.NOTHING_FOUND,
            (),
            (),
            (),
        )

    def test_the_answer_is_the_same_as_if_there_were_nothing(self, shelf, bob):
        before = ask(bob)
        shelf.add("travel", PAGE)
        after = ask(bob)

        assert (before.text, before.nearest, before.confidence) == (after.text, after.nearest, after.confidence)

    def test_a_document_whose_readers_changed_a_moment_ago_is_not_named(self, shelf, travel):
        travel.access_rule = make_rule([])
        travel.save()

        answer = ask(shelf.ada)

        assert (answer.sentences, answer.citations, answer.nearest) == ((), (), ())

    def test_nearest_titles_are_those_one_may_read(self, shelf, travel):
        shelf.add("secret", "# Secret hotel list\n\nHotels cost 99 EUR.", rule=make_rule([]))

        assert [one.title for one in ask(shelf.ada, "zebra xylophone quantum").nearest] == ["Travel rules"]


class TestRecord:
    def test_tells_who_saw_what_and_why_without_a_word_of_the_question(self, shelf, travel):
        answer = ask(shelf.ada)

        row = AuditRecord.objects.get(sequence=answer.audit_sequence)
        told = json.loads(row.subjects)
        assert (row.action, row.actor_id) == ("question.answered", shelf.ada.membership_id)
        assert (told["documents"], told["rules"], told["channel"]) == ([travel.pk], [shelf.rule.pk], "web")
        assert told["chunks"] == list(travel.current_version.chunks.values_list("pk", flat=True))
        assert row.decision == answer.confidence.name.lower()
        assert "hotel" not in (row.subjects + row.decision).lower()
        assert json.loads(AuditPayload.objects.get().body) == {"question": QUESTION}

    def test_nothing_found_is_recorded_with_the_titles_that_were_shown(self, shelf, travel):
        answer = ask(shelf.ada, "zebra xylophone quantum")

        told = json.loads(AuditRecord.objects.get(sequence=answer.audit_sequence).subjects)
        assert (told["documents"], told["nearest"]) == ([], [travel.pk])

    def test_without_a_record_there_is_no_answer(self, shelf, travel, monkeypatch):
        def locked(**record):
            raise DatabaseError("database is locked")

        monkeypatch.setattr(recording.audit, "record", locked)

        with pytest.raises(Unavailable, match="could not be recorded"):
            ask(shelf.ada)
        assert not UsageRecord.objects.exists()

    def test_it_is_written_before_anybody_could_see_the_answer(self, shelf, travel, monkeypatch):
        seen = []
        make_answer = services.Answer

        def showing(**fields):
            seen.append(AuditRecord.objects.count())
            return make_answer(**fields)

        monkeypatch.setattr(services, "Answer", showing)
        ask(shelf.ada)

        assert seen == [1]

    def test_costs_are_noted(self, shelf, travel):
        ask(shelf.ada)

        usage = UsageRecord.objects.get()
        assert (usage.membership_id, usage.channel, usage.price) == (shelf.ada.membership_id, "web", 0)
        assert usage.input_tokens > 0 and usage.milliseconds["total"] > 0

    def test_no_word_of_question_or_document_is_logged(self, shelf, travel, caplog):
        caplog.set_level(logging.DEBUG)
        ask(shelf.ada)

        ours = [record.getMessage() for record in caplog.records if record.name.startswith("ragportal")]
        assert not [message for message in ours if "hotel" in message.lower()]
