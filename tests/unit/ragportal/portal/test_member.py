"""Every page of a tenant runs as one of its active members, or does not exist."""

import re

import pytest
from django.test import Client

from ragportal.common.tenancy import use_tenant
from tests.factories.people import make_member, make_tenant
from tests.unit.ragportal.portal.conftest import ADA, PASSWORD


@pytest.mark.parametrize("page", ["/harbour/ask", "/harbour/documents/1", "/harbour/documents/1/why", "/elsewhere/ask"])
def test_without_signing_in_every_page_leads_to_the_sign_in_page(library, page):
    answer = Client().get(page)
    assert answer.status_code == 302
    assert answer.url == f"/sign-in?next={page}"


def test_an_unknown_tenant_and_one_of_others_look_alike(ada):
    make_tenant("lighthouse")
    unknown, foreign = ada.get("/nowhere/ask"), ada.get("/lighthouse/ask")
    assert unknown.status_code == foreign.status_code == 404
    assert re.sub(rb"csrf.*", b"", unknown.content) == re.sub(rb"csrf.*", b"", foreign.content)


def test_a_member_who_is_no_longer_active_has_no_page_left(library, ada):
    assert ada.get("/harbour/ask").status_code == 200
    library.ada.is_active = False
    library.ada.save()
    assert ada.get("/harbour/ask").status_code == 404


def test_an_account_that_is_switched_off_is_signed_out(library, ada):
    user = library.ada.user
    user.is_active = False
    user.save()
    assert ada.get("/harbour/ask").url.startswith("/sign-in")


def test_the_tenant_of_the_address_counts_for_a_member_of_two(library, ada):
    other = make_tenant("lighthouse", "The Lighthouse")
    with use_tenant(other.pk):
        make_member(ADA, password=PASSWORD)
    assert b"The Lighthouse" in ada.get("/lighthouse/ask").content
    assert b"The Lighthouse" not in ada.get("/harbour/ask").content
