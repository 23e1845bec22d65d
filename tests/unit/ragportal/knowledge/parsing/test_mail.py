import datetime
from email.message import EmailMessage

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ragportal.knowledge.parsing import mail
from ragportal.knowledge.parsing.document import Attachment, ParsingFailed
from ragportal.knowledge.parsing.formats import PARSERS, find_type
from ragportal.knowledge.parsing.mail import parse_mail


def message(subject: str = "Delivery of the meters", text: str | None = "They come on Friday.") -> EmailMessage:
    made = EmailMessage()
    made["From"] = "Gareth Pryce <gareth.pryce@norvane.example>"
    made["To"] = "Jürgen Groß <j.gross@oderbraeu.example>, Owen Clarke <owen.clarke@norvane.example>"
    made["Date"] = "Thu, 05 Mar 2026 23:42:07 +0100"
    made["Subject"] = subject
    if text is not None:
        made.set_content(text)
    return made


def read(made: EmailMessage | bytes) -> list[tuple[str, str]]:
    parsed = parse_mail(made if isinstance(made, bytes) else made.as_bytes(), "")
    return [(block.kind, parsed.text[block.start : block.end]) for block in parsed.blocks]


def body_of(made: EmailMessage | bytes) -> list[tuple[str, str]]:
    return read(made)[1:]


def test_who_wrote_to_whom_and_when_comes_first():
    parsed = parse_mail(
        message(subject="Lieferung der Zähler für Größe DN 50 – bitte bis Freitag prüfen").as_bytes(), ""
    )
    assert parsed.title == "Lieferung der Zähler für Größe DN 50 – bitte bis Freitag prüfen"
    assert parsed.date == datetime.date(2026, 3, 5)
    assert parsed.text == (
        "From: Gareth Pryce <gareth.pryce@norvane.example>\n"
        "To: Jürgen Groß <j.gross@oderbraeu.example>, Owen Clarke <owen.clarke@norvane.example>\n"
        "Date: 5 March 2026, 23:42\n\nThey come on Friday."
    )


def test_its_name_tells_what_it_is():
    assert PARSERS[find_type("message/rfc822", "offer.eml", message().as_bytes())] is parse_mail
    assert PARSERS[find_type("", "offer.eml", message().as_bytes())] is parse_mail


def test_text_that_is_no_mail_is_read_as_text():
    assert read(b"Note: closed.\n\nCome back.") == [("paragraph", "Note: closed."), ("paragraph", "Come back.")]


@pytest.mark.parametrize("date", ["", "yesterday", "Thu, 99 Mar 2026 25:00:00", "Thu, 05 Mar 99999999999 10:00:00"])
def test_a_date_that_is_none_is_none(date):
    made = message()
    del made["Date"]
    parsed = parse_mail(f"Date: {date}\n".encode() + made.as_bytes(), "")
    assert parsed.date is None
    assert "Date" not in parsed.text


class TestBody:
    def test_plain_text_is_read_rather_than_the_page(self):
        made = message()
        made.add_alternative("<p>They come on <b>Friday</b>. And more.</p>", subtype="html")
        assert body_of(made) == [("paragraph", "They come on Friday.")]
        long = message(text="They come on Friday.\n" * 20)
        long.add_alternative("<p>Page</p>" * 400, subtype="html")
        assert body_of(long)[0][1].startswith("They come on Friday.")

    def test_the_page_is_read_where_the_text_says_nothing(self):
        made = message(text="This mail is HTML.")
        made.add_alternative(f"<h1>Offer</h1><p>{'The price holds. ' * 9}</p>", subtype="html")
        assert body_of(made)[0] == ("heading", "Offer")
        only_page = message(text=None)
        only_page.set_content("<table><tr><th>Meter</th></tr><tr><td>NV50</td></tr></table>", subtype="html")
        assert body_of(only_page)[0] == ("table_header", "Meter")

    def test_what_is_attached_to_another_alternative_is_not_lost(self):
        made = message()
        made.add_alternative("<p>They come on Friday.</p>", subtype="html")
        made.get_payload()[1].make_mixed()
        made.get_payload()[1].add_attachment(b"x", maintype="application", subtype="pdf", filename="plan.pdf")
        assert body_of(made) == [("paragraph", "They come on Friday."), ("paragraph", "Attachments: plan.pdf")]

    def test_a_page_without_tables_or_scripts_is_read_as_any_page(self):
        made = message(text=None)
        made.set_content("<p>Hello</p><blockquote>You wrote this.</blockquote><script>x</script>", subtype="html")
        assert body_of(made) == [("paragraph", "Hello"), ("quote", "You wrote this.")]


class TestAttachments:
    def test_are_kept_as_they_are_and_named(self):
        made = message()
        made.add_attachment(b"%PDF-1.7", maintype="application", subtype="pdf", filename="Prüfung März.pdf")
        made.add_attachment("a;b", subtype="csv", filename="../prices.csv")
        parsed = parse_mail(made.as_bytes(), "")
        assert parsed.text.endswith("Attachments: Prüfung März.pdf, .._prices.csv")
        assert parsed.attachments == (
            Attachment("Prüfung März.pdf", "application/pdf", b"%PDF-1.7"),
            Attachment(".._prices.csv", "text/csv", b"a;b\n"),
        )
        assert "%PDF" not in repr(parsed)

    def test_pictures_of_the_page_and_signatures_are_none(self):
        made = message(text=None)
        made.set_content("<p>Hello</p>", subtype="html")
        made.add_related(b"x", maintype="image", subtype="png", cid="<logo>")
        del made.get_payload()[1]["Content-Disposition"]
        made.add_attachment(b"x", maintype="image", subtype="png", disposition="inline", filename="logo.png")
        made.add_attachment(b"x", maintype="application", subtype="pgp-signature", filename="signature.asc")
        assert parse_mail(made.as_bytes(), "").attachments == ()

    def test_pictures_that_were_attached_are_some_and_nameless_ones_get_a_name(self):
        made = message()
        made.add_attachment(b"x", maintype="image", subtype="png", filename="crack.png")
        made.add_attachment(b"y", maintype="application", subtype="pdf")
        assert [one.name for one in parse_mail(made.as_bytes(), "").attachments] == ["crack.png", "attachment.pdf"]

    def test_too_many_are_left_out_and_that_is_said(self, monkeypatch):
        monkeypatch.setattr(mail, "MOST_ATTACHMENTS", 1)
        made = message()
        for name in ("a.pdf", "b.pdf", "c.pdf"):
            made.add_attachment(b"x", maintype="application", subtype="pdf", filename=name)
        parsed = parse_mail(made.as_bytes(), "")
        assert [one.name for one in parsed.attachments] == ["a.pdf"]
        assert parsed.notes == ("2 of the attachments are left out.",)


class TestForwarded:
    def test_a_mail_in_a_mail_is_a_section_with_its_own_people_and_attachments(self):
        inner = message(subject="Broken display", text="It shows E11.")
        inner.add_attachment(b"x", maintype="image", subtype="png", filename="e11.png")
        outer = message(text="Please answer.")
        outer.add_attachment(b"x", maintype="application", subtype="pdf", filename="plan.pdf")
        outer.add_attachment(inner)
        blocks = read(outer)
        assert blocks[1:4] == [
            ("paragraph", "Please answer."),
            ("paragraph", "Attachments: plan.pdf"),
            ("heading", "Broken display"),
        ]
        assert blocks[4][1].startswith("From: Gareth Pryce")
        assert blocks[5:] == [("paragraph", "It shows E11."), ("paragraph", "Attachments: e11.png")]

    def test_its_headings_stand_below_its_subject(self):
        inner = message(text=None)
        inner.set_content("<h1>Offer</h1><h6>Small</h6>", subtype="html")
        outer = message()
        outer.add_attachment(inner)
        levels = [block.level for block in parse_mail(outer.as_bytes(), "").blocks if block.kind == "heading"]
        assert levels == [1, 2, 6]

    def test_without_end_is_refused(self):
        made = message()
        for _ in range(25):
            outer = message()
            outer.add_attachment(made)
            made = outer
        with pytest.raises(ParsingFailed, match="forwarded within each other"):
            read(made)


@pytest.mark.parametrize("kind", ["application/pkcs7-mime; smime-type=enveloped-data", "application/pgp-encrypted"])
def test_an_encrypted_mail_says_so(kind):
    with pytest.raises(ParsingFailed, match="encrypted"):
        read(f"From: a@b.example\nContent-Type: {kind}\n\nMIIB".encode())


@settings(deadline=None)  # the machine may be busy
@given(body=st.binary(max_size=300))
def test_any_bytes_are_read_or_refused(body):
    for start in (
        b"From: ",
        b"Subject: x\nContent-Type: multipart/mixed; boundary=b\n\n--b\n",
        b"From: a\nContent-Type: ",
    ):
        try:
            parse_mail(start + body, "")
        except ParsingFailed:
            continue
