"""The pages in a real browser, served by the real server: signing in, asking, following a citation, for everybody."""

import re
import sys
from dataclasses import dataclass

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page, expect, sync_playwright

from tests.factories.installation import Installation

pytestmark = [
    pytest.mark.browser,
    pytest.mark.skipif(sys.platform != "linux", reason="drives Debian's Chromium"),
]
CHROMIUM = "/usr/bin/chromium"
# Tests may run as root, and nothing but the pages shall be asked for.
FLAGS = (
    "--no-sandbox --disable-gpu --disable-quic --no-first-run --disable-background-networking "
    "--disable-component-update --disable-sync"
).split()
OWEN, LENA = "owen.clarke@norvane.example", "lena.fuchs@contractor.example"
ALLOWANCE = "How much is the daily meal allowance when I travel?"
PHONE = {"width": 390, "height": 800}
LOOKS = {
    "light": {"color_scheme": "light"},
    "dark": {"color_scheme": "dark"},
    "phone": {"viewport": PHONE},
}
LONG_WORD = "Rindfleischetikettierungsüberwachungsaufgabenübertragungsgesetzesverordnungsdurchführungsbestimmung"
ODD = f"""# Werkstatt {LONG_WORD}

Vor der {LONG_WORD} steht ein Tapir.

- The gasket of the zeppelin is dry.
- The strainer of the zeppelin is clean.

| Nominal diameter | Torque of the zeppelin flange | Remark about the assembly of this very flange |
|---|---|---|
| DN 25 | 35 | tighten crosswise |
| DN 50 | 60 | {LONG_WORD} |

```
systemctl restart zeppelin-gateway --no-block --verbose --and-with-a-very-long-line-that-never-ends-on-a-phone
```

<script>alert("markup")</script> The okapi says <b>"moo"</b> & <img src=x onerror=alert(1)>.
"""
ARABIC = """# سياسة السفر للموظفين

يبلغ بدل السفر اليومي للموظفين 48 يورو عند السفر إلى الخارج، و36 يورو داخل البلد.
"""


@dataclass
class Portal:
    """A running portal, and a browser to open it in."""

    address: str
    password: str
    browser: Browser

    def page(self, **options) -> Page:
        page = self.browser.new_context(**options).new_page()
        page.set_default_timeout(20_000)
        return page

    def signed_in(self, email: str, **options) -> Page:
        page = self.page(**options)
        page.goto(self.address)
        page.get_by_label("E-mail address").fill(email)
        page.get_by_label("Password").fill(self.password)
        page.get_by_role("button", name="Sign in").click()
        page.wait_for_url("**/norvane/ask")
        return page


@pytest.fixture(scope="module")
def portal(tmp_path_factory):
    folder = tmp_path_factory.mktemp("portal")
    docs = folder / "odd notes"
    docs.mkdir()
    (docs / "odd.md").write_text(ODD)
    (docs / "arabic.md").write_text(ARABIC)
    installation = Installation(folder)
    try:
        run = installation.run(f"--docs={docs}").wait_until_ready()
        run.wait_for("odd notes: 2 seen")
        with sync_playwright() as playwright:
            browser = playwright.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
            yield Portal(run.address, run.password, browser)
            browser.close()
        assert run.stop() == 0
        assert "Traceback" not in run.said
    finally:
        installation.end()


def ask(page: Page, question: str) -> None:
    page.get_by_label("Your question").fill(question)
    with page.expect_navigation():
        page.get_by_role("button", name="Ask", exact=True).click()


def submit(page: Page, form: str) -> None:
    """As it stands, past what the browser itself would check."""
    with page.expect_navigation():
        page.locator(form).evaluate("form => form.submit()")


def follow_first_source(page: Page) -> None:
    page.locator(".sources h3 a").first.click()
    page.wait_for_url("**/documents/**")


def test_a_citation_opens_the_passage_marked_and_in_view(portal):
    page = portal.signed_in(OWEN, viewport={"width": 1000, "height": 500})
    ask(page, ALLOWANCE)
    expect(page.locator(".answer")).to_contain_text("48 euros for a full day abroad")
    quote = page.locator(".source blockquote").first.inner_text()
    follow_first_source(page)
    assert page.locator("mark").first.inner_text() in quote
    expect(page.locator("#mark")).to_be_in_viewport()
    assert page.locator("#mark").count() == 1
    page.get_by_role("link", name="Why can I read this?").click()
    expect(page.locator(".reasons")).to_contain_text("Owen Clarke is an active member")


def test_another_person_gets_another_answer_and_not_the_document(portal):
    owen, lena = portal.signed_in(OWEN), portal.signed_in(LENA)
    for page in (owen, lena):
        ask(page, ALLOWANCE)
    assert "48 euros" in owen.content()
    assert "48 euros" not in lena.content()
    follow_first_source(owen)
    assert lena.goto(owen.url).status == 404
    assert lena.goto(re.sub(r"\d+\?.*", "999999", owen.url)).status == 404
    unknown = lena.locator("main").inner_text()
    lena.goto(owen.url)
    assert lena.locator("main").inner_text() == unknown


def test_everything_works_by_keyboard(portal):
    page = portal.page()
    page.goto(portal.address)
    page.keyboard.type(OWEN)
    page.keyboard.press("Tab")
    page.keyboard.type(portal.password)
    page.keyboard.press("Enter")
    page.wait_for_url("**/norvane/ask")
    page.wait_for_function("document.activeElement.name === 'question'")
    page.keyboard.type(ALLOWANCE)
    with page.expect_navigation():
        page.keyboard.press("Enter")
    page.locator("a.citation").first.wait_for()
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.className") == "skip"
    tab_to(page, "a.citation")
    page.keyboard.press("Enter")
    assert page.url.endswith("#source-1")
    tab_to(page, "#source-1 a")
    page.keyboard.press("Enter")
    page.wait_for_url("**/documents/**")
    tab_to(page, ".facts a")
    tab_to(page, ".bar button[type=submit]", key="Shift+Tab")
    page.keyboard.press("Enter")
    page.wait_for_url("**/sign-in")


def tab_to(page: Page, selector: str, key: str = "Tab") -> None:
    """Press the key until the element has the focus, which must be visible."""
    for _ in range(30):
        page.keyboard.press(key)
        if page.evaluate("selector => document.activeElement.matches(selector)", selector):
            assert page.evaluate("getComputedStyle(document.activeElement).outlineStyle") == "solid"
            return
    raise AssertionError(f"{selector} cannot be reached with {key}")


@pytest.mark.parametrize("look", LOOKS)
def test_every_page_is_accessible_and_fits(portal, look):
    page = portal.page(**LOOKS[look])
    complaints: list[str] = []
    page.on("console", lambda message: complaints.append(message.text))
    page.on("dialog", lambda dialog: complaints.append(f"a dialog: {dialog.message}"))
    faults = []

    def check(name: str) -> None:
        found = Axe().run(page)
        if found.violations_count:
            faults.append(f"{name}: {found.generate_report()}")
        if page.evaluate("document.documentElement.scrollWidth > innerWidth"):
            faults.append(f"{name} is wider than the window")

    page.goto(portal.address)
    check("sign in")
    page.get_by_label("E-mail address").fill(OWEN)
    page.get_by_label("Password").fill("wrong")
    page.get_by_role("button", name="Sign in").click()
    page.get_by_role("alert").wait_for()
    check("sign in refused")
    page.get_by_label("Password").fill(portal.password)
    page.get_by_role("button", name="Sign in").click()
    page.wait_for_url("**/norvane/ask")
    check("ask")
    for name, question in QUESTIONS.items():
        page.goto(f"{portal.address}/norvane/ask")
        ask(page, question)
        check(f"answer: {name}")
        if page.locator(".sources h3 a").count():
            follow_first_source(page)
            check(f"document: {name}")
    page.get_by_role("link", name="Why can I read this?").click()
    page.wait_for_url("**/why")
    check("why")
    page.goto(f"{portal.address}/norvane/ask")
    submit(page, ".ask-form")
    check("empty question")
    page.goto(f"{portal.address}/norvane/documents/999999")
    check("not found")
    page.context.clear_cookies(name="csrftoken")
    submit(page, ".bar form")
    check("refused")
    assert not "\n".join(faults)
    assert not [text for text in complaints if "Failed to load resource" not in text]


QUESTIONS = {
    "prose": ALLOWANCE,
    "list": "zeppelin gasket and strainer",
    "table": "torque of the zeppelin flange DN 50",
    "code": "restart zeppelin-gateway",
    "markup": "What does the okapi say?",
    "long words": "Vor was steht ein Tapir?",
    "right to left": "كم يبلغ بدل السفر اليومي للموظفين",
    "nothing": "qwertzuiop asdfghjkl",
}


def test_the_margin_bar_stands_where_the_line_begins(portal):
    page = portal.signed_in(OWEN)
    ask(page, QUESTIONS["right to left"])
    follow_first_source(page)
    widths = "e => [getComputedStyle(e).borderLeftWidth, getComputedStyle(e).borderRightWidth]"
    assert page.locator(".cited").first.evaluate(widths) == ["0px", "3px"]


def test_the_choice_of_light_or_dark_stays(portal):
    page = portal.signed_in(OWEN, color_scheme="light")
    background = "getComputedStyle(document.body).backgroundColor"
    light = page.evaluate(background)
    page.get_by_role("button", name="Light or dark").click()
    assert page.evaluate(background) != light
    page.reload()
    assert page.evaluate(background) != light


def test_it_works_without_scripts(portal):
    page = portal.signed_in(OWEN, java_script_enabled=False)
    ask(page, ALLOWANCE)
    expect(page.locator(".answer")).to_contain_text("48 euros")
    assert page.get_by_role("button", name="Light or dark").count() == 0


def test_opening_an_address_with_a_question_asks_nothing(portal):
    page = portal.signed_in(OWEN)
    page.goto(f"{portal.address}/norvane/ask?q=daily+meal+allowance")
    assert page.get_by_label("Your question").input_value() == "daily meal allowance"
    assert page.locator(".answer").count() == 0
