"""Signing in and out."""

import pytest
from django.test import Client

from ragportal.tenants.models import User
from tests.unit.ragportal.portal.conftest import ADA, PASSWORD


@pytest.fixture(autouse=True)
def _ada(library):
    """Her account."""


def sign_in(email=ADA, password=PASSWORD, **more):
    return Client().post("/sign-in", {"username": email, "password": password, **more})


def test_the_address_may_be_typed_in_any_case_and_with_spaces():
    assert sign_in(" Ada@Harbour.Example ").url == "/"


@pytest.mark.parametrize("change", [{"email": "nobody@harbour.example"}, {"password": "wrong"}])
def test_one_refusal_for_every_reason(change):
    page = sign_in(**change)
    assert page.status_code == 200
    assert "do not fit together" in page.content.decode()


def test_a_switched_off_account_gets_the_same_refusal():
    wrong = sign_in(password="wrong").content
    User.objects.filter(email=ADA).update(is_active=False)
    assert _text(sign_in().content) == _text(wrong)


def _text(content):
    """Without the token, which is new each time."""
    return [line for line in content.decode().splitlines() if "csrf" not in line]


@pytest.mark.parametrize(
    ("wanted", "goes"),
    [
        ("/harbour/ask", "/harbour/ask"),
        ("https://evil.example/", "/"),
        ("//evil.example/", "/"),
        ("/\\evil.example", "/"),
        ("javascript:alert(1)", "/"),
    ],
)
def test_one_goes_on_within_this_portal_only(wanted, goes):
    assert sign_in(next=wanted).url == goes


def test_signing_in_changes_the_session():
    client = Client()
    client.post("/sign-in", {"username": ADA, "password": PASSWORD})
    first = client.session.session_key
    client.post("/sign-out")
    client.post("/sign-in", {"username": ADA, "password": PASSWORD})
    assert client.session.session_key != first


def test_signing_out_needs_a_post_and_ends_the_session(ada):
    assert ada.get("/sign-out").status_code == 405
    assert ada.get("/harbour/ask").status_code == 200
    assert ada.post("/sign-out").url == "/sign-in"
    assert ada.get("/harbour/ask").status_code == 302


def test_a_post_from_another_site_is_refused():
    client = Client(enforce_csrf_checks=True)
    refused = client.post("/sign-in", {"username": ADA, "password": PASSWORD})
    assert refused.status_code == 403
    assert "This request was refused." in refused.content.decode()
    assert "DEBUG" not in refused.content.decode()
