"""`manage.py ask` as its callers see it: output, errors, exit status."""

import json

import pytest
from django.core.management import CommandError, call_command

from ragportal.answering.management.commands.ask import as_lines
from ragportal.answering.results import Answer, AnswerSentence, Citation, Confidence

PAGE = "# Travel rules\n\nHotels may cost at most 180 EUR a night."
QUESTION = "How much may hotels cost a night?"


def ask(capsys, *arguments):
    call_command("ask", *arguments)
    return capsys.readouterr().out


@pytest.fixture
def travel(shelf):
    return shelf.add("travel", PAGE)


def test_json_is_one_object_with_everything(travel, capsys):
    said = json.loads(ask(capsys, QUESTION, "--as", "ada@harbour.example", "--json"))

    assert said["answer"] == "Hotels may cost at most 180 EUR a night. [1]"
    (citation,) = said["citations"]
    assert citation["document"] == "travel.md"
    assert citation["title"] == "Travel rules"
    assert citation["url"] == "https://shelf.example/travel"
    assert citation["quote"] == "Hotels may cost at most 180 EUR a night."
    assert citation["location"] == ""
    assert said["confidence"] in {"well supported", "thin"}
    assert said["milliseconds"] > 0


def test_finding_nothing_is_a_success(travel, capsys):
    said = json.loads(ask(capsys, "zebra xylophone", "--as", "ada@harbour.example", "--json"))

    assert (said["confidence"], said["citations"]) == ("nothing found", [])
    assert [one["document"] for one in said["nearest"]] == ["travel.md"]


def test_terminal_shows_answer_and_sources(travel, capsys):
    out = ask(capsys, QUESTION, "--as", "Ada@Harbour.example", "--tenant", "harbour")

    assert out.startswith("Hotels may cost at most 180 EUR a night. [1]\n")
    assert " [1] Travel rules\n     https://shelf.example/travel\n     “Hotels may cost" in out


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        ((QUESTION, "--as", "nobody@harbour.example"), "nobody@harbour.example"),
        ((QUESTION, "--as", "ada@harbour.example", "--tenant", "nowhere"), "nowhere"),
        (("", "--as", "ada@harbour.example"), "empty"),
        (("a\x07b", "--as", "ada@harbour.example"), "control characters"),
        ((QUESTION,), "--as"),
    ],
)
def test_errors_are_told_and_are_failures(travel, arguments, words, capsys):
    with pytest.raises(CommandError, match=words):
        ask(capsys, *arguments)

    assert capsys.readouterr().out == ""


def test_lines_fit_the_terminal():
    long = "word " * 60
    citation = Citation(1, 1, 1, (1,), "A title " * 20, "", "A › B", long, 0, len(long))
    sentences = (AnswerSentence(long.strip(), (1,)), AnswerSentence("To start:\n- " + long.strip(), (1,)))
    answer = Answer("?", sentences, (citation,), Confidence.THIN, (), {"total": 1.0}, 1)

    lines = list(as_lines(answer, {1: "a.md"}, 60))

    assert max(map(len, lines)) <= 60
    assert "     a.md" in lines
    assert any(line.startswith("- word") for line in lines) and any(line.startswith("  word") for line in lines)
