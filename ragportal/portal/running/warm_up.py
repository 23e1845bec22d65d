"""A first search in the background, so that the first person does not wait for files to be opened."""

import logging
from threading import Thread

from django.db import connections

from integrations.embeddings.base import ModelMissing
from integrations.index.base import IndexDamaged
from ragportal.access.scope import scope_for
from ragportal.access.selectors import asker_of
from ragportal.common.errors import ProductError
from ragportal.common.tenancy import use_tenant
from ragportal.portal.member import ON_THE_WEB
from ragportal.search.services import retrieve
from ragportal.tenants.models import Tenant
from ragportal.tenants.selectors import membership_of

logger = logging.getLogger(__name__)
QUESTION = "warm up"


def warm_up_in_background(*, tenant: Tenant, email: str) -> Thread:
    """Search once as this member; what comes back is seen by nobody. A failure is logged: questions tell it anew."""
    thread = Thread(target=_search, args=(tenant, email), name="warm-up", daemon=True)
    thread.start()
    return thread


def _search(tenant: Tenant, email: str) -> None:
    try:
        with use_tenant(tenant.pk):
            membership = membership_of(email=email, tenant_slug=tenant.slug)
            retrieve(QUESTION, scope_for(asker_of(membership), ON_THE_WEB))
    except (ProductError, ModelMissing, IndexDamaged) as error:
        logger.warning("The first search failed: %s", error)
    finally:
        connections.close_all()
