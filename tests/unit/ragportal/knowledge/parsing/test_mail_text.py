from email import message_from_bytes

import pytest

from ragportal.knowledge.parsing.building import TextBuilder
from ragportal.knowledge.parsing.mail_text import add_body, header_text, part_text


def subject(raw: bytes) -> str:
    return header_text(message_from_bytes(b"Subject: " + raw + b"\n\nx"), "subject")


def body(text: str) -> list[tuple[str, str]]:
    builder = TextBuilder()
    add_body(builder, text)
    return [(block.kind, builder.text[block.start : block.end]) for block in builder.blocks]


def text_of(payload: bytes, content_type: str) -> str:
    return part_text(message_from_bytes(b"Content-Type: " + content_type.encode() + b"\n\n" + payload))


class TestHeaders:
    @pytest.mark.parametrize(
        ("raw", "text"),
        [
            (b"Plain", "Plain"),
            (b"=?utf-8?Q?Gr=C3=BC=C3=9Fe_aus?= =?utf-8?B?IEdkYcWEc2s=?=", "Grüße aus Gdańsk"),
            (b"Re: =?iso-8859-1?q?M=E4rz?= plan", "Re: März plan"),
            (b"=?utf-8?q?Gr=C3?=\n =?utf-8?q?=BC=C3=9Fe?=", "Grüße"),
            (b"folded\n over\n\tlines", "folded over lines"),
            ("Grüße".encode(), "Grüße"),
            ("Grüße".encode("cp1252"), "Grüße"),
            (b"=?no-such-charset?q?x=C3=BC?=", "xü"),
            (b"=?utf-8?b?a?=", "=?utf-8?b?a?="),
            (b"a\x00b\xe2\x80\x8b", "ab"),
        ],
    )
    def test_are_read_as_people_see_them(self, raw, text):
        assert subject(raw) == text


class TestCharsets:
    def test_a_declared_one_is_believed_where_the_text_is_not_utf8(self):
        assert text_of("Привет".encode("koi8-r"), "text/plain; charset=koi8-r") == "Привет"
        assert text_of("Grüße".encode(), "text/plain; charset=iso-8859-1") == "Grüße"

    def test_one_of_seven_bits_is_believed_at_once(self):
        assert text_of("日本語".encode("iso-2022-jp"), "text/plain; charset=iso-2022-jp") == "日本語"


class TestQuotes:
    def test_lines_after_a_mark_are_quotes(self):
        assert body("Friday.\n\nOn Monday Owen wrote:\n> When do\n> they come?\n>\n> > Never.\n\nThanks") == [
            ("paragraph", "Friday."),
            ("paragraph", "On Monday Owen wrote:"),
            ("quote", "When do\nthey come?"),
            ("quote", "Never."),
            ("paragraph", "Thanks"),
        ]

    @pytest.mark.parametrize("rule", ["-----Original Message-----", "---- Ursprüngliche Nachricht ----", "_" * 32])
    def test_all_below_a_copied_header_is_a_quote(self, rule):
        text = f"Yes.\n\n{rule}\nVon: Owen\nGesendet: Montag\n\nWhen?\n\n- a list"
        assert body(text)[0] == ("paragraph", "Yes.")
        assert [kind for kind, _ in body(text)[1:]] == ["quote", "quote", "list_item"]

    def test_a_rule_within_a_text_is_none(self):
        assert [kind for kind, _ in body("Above.\n\n--- Prices ---\nthey rise\n\nBelow.")] == ["paragraph"] * 3
        assert [kind for kind, _ in body("Above.\n\n--- Prices ---\nFrom: 3 euros")] == ["paragraph"] * 2

    def test_a_signature_is_kept_without_its_mark(self):
        assert body("Yes.\n-- \nOwen Clarke\nLeeds") == [("paragraph", "Yes."), ("paragraph", "Owen Clarke\nLeeds")]


class TestFlowedLines:
    FLOWED = "text/plain; format=flowed"

    def test_go_on_in_the_next(self):
        flowed = text_of(b"They come \non Friday.\n> When do \n> they come?\nBye \n", self.FLOWED)
        assert flowed == "They come on Friday.\n> When do they come?\nBye "

    def test_do_not_go_on_in_what_somebody_else_wrote(self):
        assert text_of(b"> When \nOn Friday.", self.FLOWED) == "> When \nOn Friday."

    def test_a_signature_does_not(self):
        assert text_of(b"Yes.\n-- \nOwen", self.FLOWED) == "Yes.\n-- \nOwen"

    def test_spaces_may_be_meant_to_go(self):
        assert text_of("日本 \n語".encode(), f"{self.FLOWED}; delsp=yes; charset=utf-8") == "日本語"
