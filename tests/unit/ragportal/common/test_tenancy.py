from concurrent.futures import ThreadPoolExecutor

import pytest

from ragportal.common.tenancy import NoCurrentTenant, current_tenant_id, use_tenant


def test_without_a_tenant_there_is_none():
    with pytest.raises(NoCurrentTenant, match="use_tenant"):
        current_tenant_id()


def test_the_former_tenant_returns():
    with use_tenant(1):
        with use_tenant(2):
            assert current_tenant_id() == 2
        assert current_tenant_id() == 1
    with pytest.raises(NoCurrentTenant):
        current_tenant_id()


def test_the_former_tenant_returns_after_an_error():
    with use_tenant(1):
        with pytest.raises(RuntimeError), use_tenant(2):
            raise RuntimeError
        assert current_tenant_id() == 1


def test_another_thread_has_none():
    with use_tenant(1), ThreadPoolExecutor(1) as pool, pytest.raises(NoCurrentTenant):
        pool.submit(current_tenant_id).result()
