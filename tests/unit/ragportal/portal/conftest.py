"""Pages over Django's client, with a library of documents behind them."""

import pytest
from django.test import Client

from tests.factories.people import make_member
from tests.unit.ragportal.search.conftest import Library

PASSWORD = "a-long-password"
ADA, BEN = "ada@harbour.example", "ben@harbour.example"


@pytest.fixture
def library(tenant):
    return Library(make_member(ADA, password=PASSWORD))


@pytest.fixture
def ben(tenant):
    """A member whom no rule names."""
    return make_member(BEN, password=PASSWORD)


@pytest.fixture
def signed_in():
    """A client of the person with this address."""

    def sign_in(email):
        client = Client()
        assert client.login(username=email, password=PASSWORD)
        return client

    return sign_in


@pytest.fixture
def ada(library, signed_in):
    return signed_in(ADA)
