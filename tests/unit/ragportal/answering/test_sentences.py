"""Where sentences end."""

import pytest

from ragportal.answering.sentences import split_sentences


@pytest.mark.parametrize(
    ("language", "sentences"),
    [
        ("en", ["Hotels cost up to 180 EUR.", "Flights are booked early."]),
        ("en", ["Dr. J. Smith paid $3.5 million in the U.S.", "He left."]),
        ("en", ["See e.g. Fig. 3 for details.", "It helps."]),
        ("en", ["Acme Inc. Berlin pays.", "Others do not."]),
        ("en", ["“Really?” he asked.", "“Yes!”", "She went."]),
        ("en", ["1. Open the page.", "Then save it."]),
        ("en", ["Go to https://a.example/c.d?e=f.", "Then stop."]),
        ("en", ["Ask for No. 5 here.", "I said no.", "Then it rained at 5 p.m.", "The end..."]),
        ("en", ["It grew (c. 1455) fast.[3]", "Then it fell."]),
        ("en", ["Version 2.10.1 is out.", "Update soon!"]),
        ("de", ["Am 3. Oktober ist frei.", "Danach nicht."]),
        ("de", ["Das gilt z.B. für Reisen.", "Sonst nicht."]),
        ("zh", ["你好。", "今天天气很好！", "我们去吧？"]),
        ("ar", ["ما هو الموعد؟", "الموعد غدا.", "شكرا."]),
        ("hi", ["यह एक है।", "यह दो है।"]),
    ],
)
def test_each_is_found_whole(language, sentences):
    text = ("" if language == "zh" else " ").join(sentences)

    assert [text[start:end] for start, end in split_sentences(text, language)] == sentences


def test_a_single_line_break_does_not_end_a_sentence_and_an_empty_line_does():
    text = "Hotels cost\nmuch\n\nFlights too"

    assert [text[start:end] for start, end in split_sentences(text)] == ["Hotels cost\nmuch", "Flights too"]


@pytest.mark.parametrize("text", ["", "  \n ", "...", "a", ". . .", "“", "。" * 5, "x" * 10_000])
def test_nothing_is_lost(text):
    spans = split_sentences(text)

    assert "".join("".join(text[start:end].split()) for start, end in spans) == "".join(text.split())
    assert all(text[start:end] == text[start:end].strip() for start, end in spans)
