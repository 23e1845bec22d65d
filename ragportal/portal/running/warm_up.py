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


ENDS_WITHIN = 10.0
"""Seconds: a search that takes longer is given up with the process."""


class WarmUp:
    """Searches once as this member; what comes back is seen by nobody. A failure is logged: questions tell it anew."""

    def __init__(self, *, tenant: Tenant, email: str) -> None:
        self._thread = Thread(target=_search, args=(tenant, email), name="warm-up", daemon=True)

    def start(self) -> None:
        """Return at once."""
        self._thread.start()

    def wait(self) -> None:
        """Return when the search is over or was never begun: a search that outlives the interpreter's pools fails."""
        if self._thread.ident is not None:
            self._thread.join(ENDS_WITHIN)


def _search(tenant: Tenant, email: str) -> None:
    try:
        with use_tenant(tenant.pk):
            membership = membership_of(email=email, tenant_slug=tenant.slug)
            retrieve(QUESTION, scope_for(asker_of(membership), ON_THE_WEB))
    except (ProductError, ModelMissing, IndexDamaged) as error:
        logger.warning("The first search failed: %s", error)
    finally:
        connections.close_all()
