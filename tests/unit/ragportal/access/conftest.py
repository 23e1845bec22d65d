"""People of a small company, asked about in every test of access."""

import pytest

from ragportal.access.asker import Asker
from ragportal.access.selectors import asker_of
from ragportal.tenants.models import Department, Membership, Tenant
from tests.factories.access import ADA, BEN
from tests.factories.people import make_department, make_member


@pytest.fixture
def hr(tenant: Tenant) -> Department:
    return make_department("hr")


@pytest.fixture
def membership(hr: Department) -> Membership:
    return make_member(ADA, department=hr)


@pytest.fixture
def ada(membership: Membership) -> Asker:
    return asker_of(membership)


@pytest.fixture
def ben(tenant: Tenant) -> Asker:
    return asker_of(make_member(BEN))
