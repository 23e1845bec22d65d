"""What tests of every part need: a company of their own, and no memory of the test before."""

from collections.abc import Iterator

import pytest
from django.conf import LazySettings
from django.db import connections
from hypothesis import settings as property_settings

from ragportal.access.scope import scope_cache
from ragportal.common.tenancy import use_tenant
from ragportal.tenants.models import Tenant
from tests.factories.people import make_tenant

# A busy machine is no fault of the code: an example may take as long as it takes.
property_settings.register_profile("patient", deadline=None)
property_settings.load_profile("patient")


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """A test with a tenant uses both databases, without saying so each time."""
    for item in items:
        if "tenant" in getattr(item, "fixturenames", ()) and not item.get_closest_marker("django_db"):
            item.add_marker(pytest.mark.django_db(databases=["default", "ledger"]))


@pytest.fixture(scope="session")
def django_db_setup(django_db_setup: None) -> Iterator[None]:
    """PostgreSQL drops no database that somebody is connected to, and the ledger may be a second connection to it."""
    yield
    connections.close_all()


@pytest.fixture(autouse=True)
def _no_memory(settings: LazySettings, tmp_path) -> Iterator[None]:
    """Ids start anew when the database is rolled back, so what is kept by id goes with it."""
    settings.INDEX_DIR = tmp_path / "index"
    yield
    scope_cache.cache_clear()


@pytest.fixture(autouse=True)
def _manifests_are_written_quickly(monkeypatch: pytest.MonkeyPatch) -> None:
    """A test has written its manifest when it goes on, so nobody waits long for the rest of one."""
    monkeypatch.setattr("connectors.files.connector._WRITTEN_AFTER", 0.02)


@pytest.fixture
def tenant(db: None) -> Iterator[Tenant]:
    """A company without departments or people, current for the whole test."""
    company = make_tenant()
    with use_tenant(company.id):
        yield company
