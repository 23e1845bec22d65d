"""What a question asks for."""

import pytest

from ragportal.answering.question import Wanted, understand


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("When does the canteen open?", Wanted.DATE),
        ("What year was it founded?", Wanted.DATE),
        ("How many days off do I get?", Wanted.NUMBER),
        ("What is the maximum rate?", Wanted.DEFINITION),
        ("What is the limit for hotels?", Wanted.DEFINITION),
        ("What limit is there?", Wanted.NUMBER),
        ("Why do we write things down?", Wanted.REASON),
        ("How do I book a room?", Wanted.STEPS),
        ("What should I do first?", Wanted.STEPS),
        ("Who signs contracts?", Wanted.NAME),
        ("Where is the printer?", Wanted.NAME),
        ("What are our values?", Wanted.LISTING),
        ("Who are our rivals?", Wanted.LISTING),
        ("What must we not ask?", Wanted.ANYTHING),
        ("May I bring my dog?", Wanted.ANYTHING),
        ("Wie viele Urlaubstage habe ich?", Wanted.NUMBER),
        ("¿Dónde está la impresora?", Wanted.NAME),
        ("为什么要写下来？", Wanted.REASON),
    ],
)
def test_the_shape_of_the_answer(text, wanted):
    assert understand(text).wanted is wanted


@pytest.mark.parametrize(
    ("text", "parts"),
    [
        ("Who signs and when is it due?", ["Who signs", "when is it due?"]),
        ("Who signs? When is it due?", ["Who signs?", "When is it due?"]),
        ("Who signs bread and butter orders?", []),
        ("I am new here. What should I read?", ["What should I read?"]),
        ("printer and scanner", []),
    ],
)
def test_several_questions_at_once(text, parts):
    assert [part.text for part in understand(text).parts] == parts
