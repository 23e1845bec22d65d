"""The bare address."""

from django.test import Client

from ragportal.common.tenancy import use_tenant
from ragportal.tenants.models import User
from tests.factories.people import make_member, make_tenant
from tests.unit.ragportal.portal.conftest import ADA, PASSWORD


def test_a_member_of_one_company_goes_to_its_ask_page(ada):
    assert ada.get("/").url == "/harbour/ask"


def test_a_member_of_two_chooses(ada):
    with use_tenant(make_tenant("lighthouse", "The Lighthouse").pk):
        make_member(ADA)
    page = ada.get("/").content.decode()
    assert 'href="/harbour/ask"' in page and 'href="/lighthouse/ask"' in page


def test_who_is_nowhere_a_member_is_told_so(db):
    User.objects.create_user("eve@harbour.example", PASSWORD, name="Eve")
    client = Client()
    client.login(username="eve@harbour.example", password=PASSWORD)
    assert "no company has you as a member" in client.get("/").content.decode()
