"""What browsers are told with every page."""

import pytest
from django.test import Client

PAGES = ["/sign-in", "/harbour/ask", "/harbour/documents/1", "/nowhere", "/"]


@pytest.mark.parametrize("page", PAGES)
def test_no_page_is_kept_framed_or_told_to_others(ada, library, page):
    library.add("Tides", "High water is at noon.")
    headers = ada.get(page).headers
    assert "no-store" in headers["Cache-Control"]
    assert headers["X-Frame-Options"] == "DENY"
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert headers["Referrer-Policy"] == "same-origin"
    policy = headers["Content-Security-Policy"]
    assert "default-src 'none'" in policy and "frame-ancestors 'none'" in policy
    assert "unsafe" not in policy and "http" not in policy


@pytest.mark.parametrize("page", PAGES)
def test_no_page_has_script_or_style_in_it(ada, library, page):
    library.add("Tides", "High water is at noon.")
    content = ada.get(page, follow=True).content.decode()
    assert "<style" not in content and " style=" not in content and "javascript:" not in content
    assert content.count("<script") == content.count("<script src=")
    assert " on" + "click=" not in content


def test_cookies_are_not_for_scripts_or_other_sites(db):
    client = Client()
    client.get("/sign-in")
    assert client.cookies["csrftoken"]["samesite"] == "Lax"
